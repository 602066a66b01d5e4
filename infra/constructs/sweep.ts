import { Duration, Stack } from 'aws-cdk-lib'
import { Grant, PrincipalWithConditions, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { Seal } from './seal.ts'

/**
 * Has the seal step look once a day for what the stream has lost. The schedule calls with a role of its own, which may
 * call that function and do nothing else. The function is called by its event queue, so one that fails, or comes to the
 * end of its time, is called twice more.
 */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, { seal }: { readonly seal: Seal }) {
    super(scope, id)
    const { functionArn } = seal.handler
    const role = new Role(this, 'Role', {
      // Nobody else's schedule calls in its name.
      assumedBy: new PrincipalWithConditions(new ServicePrincipal('scheduler.amazonaws.com'), {
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      }),
    })
    Grant.addToPrincipal({ grantee: role, actions: ['lambda:InvokeFunction'], resourceArns: [functionArn] })
    new Schedule(this, 'Schedule', {
      description: 'Seals what the stream of events has lost, and rings for who is behind the log',
      schedule: ScheduleExpression.rate(Duration.days(1)),
      target: {
        bind: () => ({
          arn: functionArn,
          role,
          input: ScheduleTargetInput.fromObject({ sweep: true }),
          retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: Duration.hours(6).toSeconds() },
        }),
      },
    })
  }
}
