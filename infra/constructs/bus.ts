import { Stack } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'

/** Where sealed events are published. A bus must have a name: it is the stack's, so stages live side by side. */
export class Bus extends Construct {
  private readonly bus: EventBus

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: Stack.of(this).stackName,
      description: 'Every event of the record, in a CloudEvent with its position in the log',
    })
  }

  get name(): string {
    return this.bus.eventBusName
  }

  grantPublish(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({ grantee, actions: ['events:PutEvents'], resourceArns: [this.bus.eventBusArn] })
  }
}
