import { AttributeType, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { type StreamSource, streamOf } from './stream.ts'
import { allowCalls } from './table-calls.ts'

/** Finds by the hour what was recorded. */
const byHour = 'by-hour'

/**
 * Where events are kept: one item per commit, keyed by stream and the version of its first event. Append-only:
 * nobody deletes, nobody updates but who withholds payloads by law, and each put carries its own condition.
 */
export class EventsTable extends Construct {
  readonly table: TableV2
  /** Every commit's keys: the sealer's doorbell. */
  readonly stream: StreamSource

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'streamId', type: AttributeType.STRING },
      sortKey: { name: 'version', type: AttributeType.NUMBER },
      globalSecondaryIndexes: [
        {
          indexName: byHour, // finds what the stream forgot before it was sealed
          partitionKey: { name: 'recordedHour', type: AttributeType.STRING },
          sortKey: { name: 'time', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      dynamoStream: StreamViewType.KEYS_ONLY,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    })
    this.stream = streamOf(this.table)
  }

  /** Read streams and append commits to them. */
  grantAppend(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['Query', 'BatchGetItem', 'PutItem'])
  }

  /** Read streams. */
  grantRead(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['Query'])
  }

  /** Take a payload out of a commit. For the one function whose task that is. */
  grantWithhold(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['UpdateItem'])
  }

  /** Find what was recorded, by its hour; and once, which hour is the first. */
  grantSweep(to: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: to,
      actions: ['dynamodb:Query', 'dynamodb:Scan'],
      resourceArns: [`${this.table.tableArn}/index/${byHour}`],
    })
  }
}
