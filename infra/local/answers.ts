import { randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** An answer in AWS's JSON protocols. */
export interface Answer {
  readonly status: number
  /** Beside those that every answer has, or instead of them. */
  readonly ownHeaders?: Readonly<Record<string, string>>
  readonly body: Buffer
}

export const success = (body: unknown): Answer => ({ status: 200, body: Buffer.from(JSON.stringify(body)) })

/** A refusal, its type and words as AWS has them. `more` is what else the error carries. */
export const failure = (type: string, message: string, more: object = {}, status = 400): Answer => ({
  status,
  body: Buffer.from(JSON.stringify({ __type: type, message, ...more })),
})

export const headersOf = ({ body, ownHeaders }: Answer, contentType = 'application/x-amz-json-1.0') => ({
  'content-type': contentType,
  'content-length': body.length,
  'x-amzn-requestid': randomUUID(),
  'x-amz-crc32': crc32(body),
  ...ownHeaders,
})

const dynamo = 'com.amazonaws.dynamodb.v20120810#'

export const throttled = (): Answer =>
  failure('com.amazon.coral.availability#ThrottlingException', 'Throughput exceeds the current capacity of your table.')

/** Another transaction is at work on an item. For a transaction of `items` it is the first of them. */
export const conflict = (items: number | undefined): Answer => {
  if (items === undefined) {
    return failure(`${dynamo}TransactionConflictException`, 'Transaction is ongoing for the item')
  }
  const reasons = Array.from({ length: items }, (_, index) =>
    index === 0 ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' } : { Code: 'None' },
  )
  return failure(
    `${dynamo}TransactionCanceledException`,
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { CancellationReasons: reasons },
  )
}
