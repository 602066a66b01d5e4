import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'

/** `PutItem` of `dynamodb:PutItem`. */
export type TableCall =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'

/**
 * Allows just these calls, on the table itself and not on its indexes (a table's own `grantReadData` and the like
 * allow more of both). What no step calls is not even in the type.
 */
export function allowCalls(
  grantee: IGrantable,
  table: TableV2,
  calls: readonly TableCall[],
  conditions?: Record<string, Record<string, unknown>>,
): Grant {
  const actions = calls.map((call) => `dynamodb:${call}`)
  return Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn], conditions })
}
