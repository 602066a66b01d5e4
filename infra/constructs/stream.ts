import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, FilterCriteria, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

/** A table's stream, to be read by a function. */
export interface StreamSource {
  readonly arn: string
  grantRead(to: IGrantable): Grant
}

export function streamOf(table: TableV2): StreamSource {
  const arn = table.tableStreamArn
  if (!arn) throw new Error(`${table.node.path} has no stream`)
  return {
    arn,
    grantRead: (grantee) =>
      Grant.addToPrincipal({
        grantee,
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resourceArns: [arn],
      }),
  }
}

/**
 * Rings `target` for the stream's records, for all of them where no `filter` is given. Nothing is lost when it
 * fails: it is rung again until the record expires, and the step reads its table, not the record. So there is no
 * dead-letter queue, and a batch is never cut in two to find the record at fault.
 */
export function ring(target: IFunction, stream: StreamSource, filter?: Record<string, unknown>): EventSourceMapping {
  stream.grantRead(target)
  return new EventSourceMapping(target as IFunction & Construct, 'Doorbell', {
    target,
    eventSourceArn: stream.arn,
    startingPosition: StartingPosition.TRIM_HORIZON, // LATEST would skip what was written before it existed
    batchSize: 100,
    parallelizationFactor: 1,
    retryAttempts: -1,
    bisectBatchOnError: false,
    ...(filter ? { filters: [FilterCriteria.filter(filter)] } : {}),
  })
}
