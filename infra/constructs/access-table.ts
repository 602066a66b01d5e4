import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { allowCalls } from './table-calls.ts'

/**
 * API keys, hashed. Written from a terminal by `npm run keys`, with an operator's own credentials; no function
 * writes here. No point-in-time recovery: a restored key would be one that was revoked.
 */
export class AccessTable extends Construct {
  readonly table: TableV2

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    })
  }

  /** Look up one key. */
  grantRead(to: IGrantable): Grant {
    return allowCalls(to, this.table, ['GetItem'])
  }
}
