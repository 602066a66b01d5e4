import { AttributeType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { FilterRule } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { type StreamSource, streamOf } from './stream.ts'
import { allowCalls } from './table-calls.ts'

/** The partition of a consumer's checkpoint, which that consumer alone writes. */
const checkpointOf = (consumer: string) => `consumer#${consumer}`

/** What seal does not write. */
const ofOthers = [checkpointOf('publish'), 'witness#*', 'witnessed']

/**
 * The log: every event at its position, the head, and what is known of sealing. Nobody deletes from it. It is
 * written by the sealer, except for the checkpoint of `publish`, what witnesses say, and payloads that are withheld by law.
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
    return allowCalls(to, this.table, ['GetItem', 'Query'])
  }

  /** Read it, tiles of the tree among what is read. */
  grantProve(to: IGrantable): void {
    allowCalls(to, this.table, ['GetItem', 'Query', 'BatchGetItem'])
  }

  /** Seal: read the marks of many streams too, and put anything but the checkpoint of `publish` and what witnesses say. */
  grantSeal(to: IGrantable): void {
    this.grantProve(to)
    allowCalls(to, this.table, ['PutItem'], onPartitions('ForAllValues:StringNotLike', ...ofOthers))
  }

  /** Follow the log as `consumer`: read it, and move one's own checkpoint. */
  grantFollow(to: IGrantable, consumer: 'publish'): void {
    this.grantRead(to)
    allowCalls(to, this.table, ['UpdateItem'], onPartitions('ForAllValues:StringEquals', checkpointOf(consumer)))
  }

  /** Read what is signed, and keep what these witnesses say of it. */
  grantWitness(to: IGrantable, names: readonly string[]): void {
    this.grantProve(to)
    const partitions = ['witnessed', ...names.map((name) => `witness#${name}`)]
    allowCalls(to, this.table, ['PutItem'], onPartitions('ForAllValues:StringEquals', ...partitions))
  }

  /** Take a payload out of a chunk of entries: of nothing else in the log. */
  grantWithhold(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['UpdateItem'], onPartitions('ForAllValues:StringLike', 'entries#*'))
  }
}

/** Compares the partition of every item written; `ForAllValues` alone would let pass a call that names none. */
const onPartitions = (operator: string, ...partitions: string[]) => ({
  [operator]: { 'dynamodb:LeadingKeys': partitions },
  Null: { 'dynamodb:LeadingKeys': 'false' },
})
