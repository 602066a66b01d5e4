import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { allowCalls } from './table-calls.ts'

/** The read models. Every row can be had again from the log, so there is no backup of it. */
export class ViewsTable extends Construct {
  readonly table: TableV2

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt', // seconds: tombstones, and parts of a state that was replaced
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    })
  }

  /** Query lists and read states. */
  grantRead(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['GetItem', 'BatchGetItem', 'Query'])
  }

  /** See how far the rows have come: which generation is read, and its checkpoint. */
  grantStanding(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['GetItem'], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['generation', '*#checkpoint'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    })
  }

  /**
   * Keep rows, states and checkpoints. A row that is gone becomes a tombstone, which expires; deleted is what is parked
   * no more, and by Scan and BatchWriteItem all that is left of a generation when another has replaced it.
   */
  grantProject(to: IGrantable): Grant {
    return allowCalls(to, this.table, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'Scan',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
    ])
  }
}
