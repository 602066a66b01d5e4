import { AttributeType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { FilterRule } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { type StreamSource, streamOf } from './stream.ts'

/** The partition of a consumer's checkpoint, which that consumer alone writes. */
const checkpointOf = (consumer: string) => `consumer#${consumer}`

/**
 * The log: every event at its position, the head, and what is known of sealing. Nobody deletes from it. It is
 * written by the sealer, except for the checkpoint of `publish`.
 */
export class LogTable extends Construct {
  readonly table: TableV2
  /** Every written key: rings whoever follows the log, once it is filtered by `headMoved`. */
  readonly stream: StreamSource
  /** Of the stream's records those of the head; the others invoke nothing and cost nothing. */
  readonly headMoved = { dynamodb: { Keys: { pk: { S: FilterRule.isEqual('head') } } } }

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      dynamoStream: StreamViewType.KEYS_ONLY,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    })
    this.stream = streamOf(this.table)
  }

  /** Read the head, and the log from any position on. */
  grantRead(to: IGrantable): Grant {
    return this.grant(to, ['GetItem', 'Query'])
  }

  /** Seal: read the marks of many streams too, and put anything but the checkpoint of `publish`. */
  grantSeal(to: IGrantable): void {
    this.grant(to, ['GetItem', 'Query', 'BatchGetItem'])
    this.grant(to, ['PutItem'], { 'ForAllValues:StringNotEquals': checkpointOf('publish') })
  }

  /** Follow the log as `consumer`: read it, and move one's own checkpoint. */
  grantFollow(to: IGrantable, consumer: 'publish'): void {
    this.grantRead(to)
    this.grant(to, ['UpdateItem'], { 'ForAllValues:StringEquals': checkpointOf(consumer) })
  }

  /** `keys`: an operator and the partition key it holds each written item's partition key against. */
  private grant(grantee: IGrantable, calls: string[], keys?: Record<string, string>): Grant {
    const conditions = keys && {
      ...Object.fromEntries(Object.entries(keys).map(([operator, pk]) => [operator, { 'dynamodb:LeadingKeys': [pk] }])),
      Null: { 'dynamodb:LeadingKeys': 'false' }, // ForAllValues holds of no key at all
    }
    return Grant.addToPrincipal({
      grantee,
      actions: calls.map((call) => `dynamodb:${call}`),
      resourceArns: [this.table.tableArn],
      conditions,
    })
  }
}
