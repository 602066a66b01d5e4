import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { allowCalls } from './table-calls.ts'

/**
 * Texts of documents, by their hash. They are somebody's copyright and can be deleted, so there is no
 * point-in-time recovery: a backup would keep what was deleted.
 */
export class TextsTable extends Construct {
  readonly table: TableV2

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'documentId', type: AttributeType.STRING },
      sortKey: { name: 'sha256', type: AttributeType.STRING },
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    })
  }

  /** Keep a text, read it, and put what is left of a deleted one in the place of every text of a document. */
  grantKeep(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['GetItem', 'PutItem', 'Query'])
  }
}
