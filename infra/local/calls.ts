import type { Table } from './stack.ts'

/** One thing that a call does and that a policy may allow or deny. */
export interface Act {
  /** `dynamodb:PutItem` */
  readonly action: string
  readonly resource: string
  /** Values of partition keys, where the call names them. */
  readonly leadingKeys: readonly string[]
  /** Other condition keys, by name, whose values the call tells. */
  readonly context?: Readonly<Record<string, string>>
}

/** What a DynamoDB call does, as IAM sees it. */
export interface Call {
  readonly acts: readonly Act[]
  /** Physical names. */
  readonly tables: readonly string[]
  readonly writes: boolean
}

type Value = Readonly<Record<string, unknown>>
type Item = Readonly<Record<string, Value>>
interface Request {
  readonly TableName?: string
  readonly IndexName?: string
  readonly Key?: Item
  readonly Item?: Item
  readonly KeyConditionExpression?: string
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Item
  readonly RequestItems?: Readonly<Record<string, { Keys?: readonly Item[] } | readonly Record<string, Request>[]>>
  readonly TransactItems?: readonly Readonly<Record<string, Request>>[]
}

/** In a transaction each item is an act of its own. Sources: the actions in the IAM user guide for DynamoDB. */
const inTransaction: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
}
const writing = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])

/** Tables by physical name, and how their ARNs begin: a call may name one that is not there. */
export interface Tables {
  readonly byName: ReadonlyMap<string, Table>
  /** `arn:aws:dynamodb:local:000000000000:table/` */
  readonly arnPrefix: string
}

/** Undefined for an operation that the local cloud does not know. */
export function describeCall(operation: string, body: unknown, tables: Tables): Call | undefined {
  const describe = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  if (!describe) return undefined
  const acts = describe(body as Request, tables, operation)
  const names = new Set(acts.map(({ resource }) => resource.slice(tables.arnPrefix.length).split('/')[0] ?? ''))
  return { acts, tables: [...names].filter((name) => name !== ''), writes: writing.has(operation) }
}

type Describe = (request: Request, tables: Tables, operation: string) => Act[]

const onItem: Describe = (request, tables, operation) => [
  {
    action: `dynamodb:${operation}`,
    resource: tables.arnPrefix + request.TableName,
    leadingKeys: leading(request, tables),
  },
]

const onTable: Describe = ({ TableName, IndexName }, { arnPrefix }, operation) => [
  {
    action: `dynamodb:${operation}`,
    resource: arnPrefix + TableName + (IndexName === undefined ? '' : `/index/${IndexName}`),
    leadingKeys: [],
  },
]

const inBatch: Describe = ({ RequestItems = {} }, tables, operation) =>
  Object.entries(RequestItems).map(([TableName, given]) => {
    const requests: readonly Request[] = Array.isArray(given)
      ? given.flatMap((one: Record<string, Request>) => Object.values(one))
      : ((given as { Keys?: readonly Item[] }).Keys ?? []).map((Key) => ({ Key }))
    return {
      action: `dynamodb:${operation}`,
      resource: tables.arnPrefix + TableName,
      leadingKeys: [...new Set(requests.flatMap((one) => leading({ ...one, TableName }, tables)))],
    }
  })

const inTransactions: Describe = ({ TransactItems = [] }, tables) =>
  TransactItems.flatMap((item) =>
    Object.entries(item).flatMap(([kind, request]) => onItem(request, tables, inTransaction[kind] ?? kind)),
  )

const operations: Readonly<Record<string, Describe>> = {
  GetItem: onItem,
  PutItem: onItem,
  UpdateItem: onItem,
  DeleteItem: onItem,
  Query: (request, tables, operation) =>
    onTable(request, tables, operation).map((act) => ({ ...act, leadingKeys: queried(request, tables) })),
  Scan: onTable,
  BatchGetItem: inBatch,
  BatchWriteItem: inBatch,
  TransactWriteItems: inTransactions,
  TransactGetItems: inTransactions,
  DescribeTable: onTable,
  ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*', leadingKeys: [] }],
}

const partitionOf = ({ TableName, IndexName }: Request, { byName }: Tables) => {
  const table = byName.get(TableName ?? '')
  const schema =
    IndexName === undefined ? table?.keys : table?.indexes.find((index) => index.IndexName === IndexName)?.KeySchema
  return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName
}

function leading(request: Request, tables: Tables): string[] {
  const partition = partitionOf(request, tables)
  const value = partition === undefined ? undefined : (request.Key ?? request.Item)?.[partition]
  return value === undefined ? [] : Object.values(value).map(String)
}

/** The value of the partition key in a Query's condition: `pk = :pk and …`, names and values given apart. */
function queried(request: Request, tables: Tables): string[] {
  const partition = partitionOf(request, tables)
  for (const [, name = '', value = ''] of (request.KeyConditionExpression ?? '').matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    const given = request.ExpressionAttributeValues?.[value]
    if ((request.ExpressionAttributeNames?.[name] ?? name) === partition && given)
      return Object.values(given).map(String)
  }
  return []
}
