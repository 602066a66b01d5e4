import { type Answer, conflict, failure, throttled } from './answers.ts'
import type { Call, Tables } from './calls.ts'
import type { Capacity } from './capacity.ts'
import type { Engine, EngineAnswer } from './engine.ts'
import type { Fault, Faults } from './faults.ts'
import { Puts } from './puts.ts'
import { type Item, itemSize, writeUnits } from './size.ts'

export interface DynamoOptions {
  readonly engine: Engine
  readonly tables: Tables
  readonly capacity: Capacity
  /** Called after each write that may have changed the table. */
  readonly onWrite: (table: string) => void
}

/** One call that its caller may make. */
export interface Permitted {
  /** Under this name its capacity is counted. */
  readonly caller: string
  readonly operation: string
  readonly call: Call
  readonly request: Request
  readonly body: Buffer
  readonly faults: Faults | undefined
}
interface Request {
  readonly ReturnConsumedCapacity?: string
  readonly TableName?: string
  readonly Key?: Item
  readonly Item?: Item
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>
  readonly TransactItems?: readonly unknown[]
}

const target = (operation: string) => `DynamoDB_20120810.${operation}`
/** Operations that say what they consumed. */
const measured = /^(Get|Put|Update|Delete|Query|Scan|Batch|Transact)/
const property = '"ConsumedCapacity":'

/** The way to the engine: counts what each call consumes, rings for writes, and fails on purpose where asked to. */
export class Dynamo {
  readonly #options: DynamoOptions
  readonly #puts: Puts

  constructor(options: DynamoOptions) {
    this.#options = options
    this.#puts = new Puts(options.engine)
  }

  /** Undefined where the call is to go without an answer. */
  async call(permitted: Permitted): Promise<Answer | undefined> {
    const { caller, operation, call, body, faults, request } = permitted
    // By the template's names: those of the tables themselves differ from one data folder to the next.
    const tables = call.tables.map((name) => this.#options.tables.byName.get(name)?.id ?? name)
    const fault = faults?.next([caller, operation, ...tables].join('\n'), body, waysOf(operation, call))
    if (fault === 'throttled') return throttled()
    if (fault === 'conflict') return conflict(request.TransactItems?.length)
    if (fault === 'partial') return this.#partly(permitted)
    const answer = await this.#forward(permitted)
    return fault === 'lost' ? undefined : answer
  }

  async #forward({ caller, operation, call, request, body }: Permitted): Promise<Answer> {
    const ask =
      measured.test(operation) && ![undefined, 'NONE'].includes(request.ReturnConsumedCapacity) ? 'theirs' : 'ours'
    const asked = ask === 'ours' && measured.test(operation) ? asking(body, request) : body
    const table = this.#options.tables.byName.get(request.TableName ?? '')
    let answer: EngineAnswer
    try {
      answer =
        operation === 'PutItem' && Puts.mayWait(request, table)
          ? await this.#puts.call({ caller, table, request, body, alone: asked })
          : await this.#options.engine.call(target(operation), asked)
    } catch (error) {
      this.#ring(call) // it may be done all the same, and the caller's next try is refused then
      return failure('com.amazonaws.dynamodb.v20120810#InternalServerError', `The engine: ${error}`, {}, 500)
    }
    if (answer.status !== 400) this.#ring(call)
    if (!measured.test(operation)) return answer
    if (answer.status !== 200) {
      if (call.writes && answer.body.includes('ConditionalCheckFailedException')) {
        await this.#countRefused(caller, operation, request, answer)
      }
      return answer
    }
    const { consumed, rest } = cut(answer.body)
    this.#options.capacity.add(caller, operation, call.writes, consumed)
    return ask === 'ours' ? { status: 200, body: rest } : answer
  }

  #ring({ writes, tables }: Call): void {
    if (writes) for (const table of tables) this.#options.onWrite(table)
  }

  /** A write whose condition does not hold costs what the item that is there would. The engine does not say that. */
  async #countRefused(caller: string, operation: string, request: Request, answer: EngineAnswer): Promise<void> {
    const { TableName = '' } = request
    const keys = this.#options.tables.byName.get(TableName)?.keys ?? []
    const given = request.Key ?? request.Item ?? {}
    const Key = Object.fromEntries(keys.map(({ AttributeName }) => [AttributeName, given[AttributeName]]))
    const { Item: shown } = JSON.parse(answer.body.toString()) as { Item?: Item }
    const item =
      shown ?? (await this.#options.engine.ask<{ Item?: Item }>(target('GetItem'), { TableName, Key })).Item ?? {}
    const consumed = { TableName, CapacityUnits: writeUnits(itemSize(item)) }
    this.#options.capacity.add(caller, operation, true, consumed)
  }

  /** A BatchGetItem whose last key is not looked up, as AWS answers when it is short of capacity or over 16 MB. */
  async #partly(permitted: Permitted): Promise<Answer> {
    const tables = Object.entries(permitted.request.RequestItems ?? {})
    const [name, last] = tables.at(-1) as (typeof tables)[number]
    const keys = last.Keys ?? []
    const asked = Object.fromEntries(tables)
    if (keys.length > 1) asked[name] = { ...last, Keys: keys.slice(0, -1) }
    else delete asked[name]
    const unprocessed = { [name]: { ...last, Keys: keys.slice(-1) } }
    if (Object.keys(asked).length === 0) {
      return { status: 200, body: Buffer.from(JSON.stringify({ Responses: {}, UnprocessedKeys: unprocessed })) }
    }
    const request = { ...permitted.request, RequestItems: asked }
    const answer = await this.#forward({ ...permitted, request, body: Buffer.from(JSON.stringify(request)) })
    if (answer.status !== 200) return answer
    const found = JSON.parse(answer.body.toString()) as object
    return { status: 200, body: Buffer.from(JSON.stringify({ ...found, UnprocessedKeys: unprocessed })) }
  }
}

function waysOf(operation: string, { writes }: Call): readonly Fault[] {
  if (operation === 'BatchGetItem') return ['throttled', 'partial']
  if (!writes) return measured.test(operation) ? ['throttled'] : []
  return operation === 'BatchWriteItem' ? ['throttled', 'lost'] : ['throttled', 'conflict', 'lost']
}

/** The same request, with the capacity asked for. What the caller sent stays byte for byte as it was where it can. */
function asking(body: Buffer, request: Request): Buffer {
  const wanted = { ReturnConsumedCapacity: 'INDEXES' }
  if (request.ReturnConsumedCapacity !== undefined || body[0] !== 0x7b) {
    return Buffer.from(JSON.stringify({ ...request, ...wanted }))
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(wanted).slice(0, -1)},`), body.subarray(1)])
}

/** The answer without its `ConsumedCapacity`. It stands last: so the rest need not be read, which may be a megabyte. */
function cut(body: Buffer): { consumed: unknown; rest: Buffer } {
  const at = body.lastIndexOf(property)
  if (at < 0) return { consumed: [], rest: body }
  try {
    const consumed: unknown = JSON.parse(body.subarray(at + property.length, -1).toString())
    const before = body[at - 1] === 0x2c ? at - 1 : at
    return { consumed, rest: Buffer.concat([body.subarray(0, before), Buffer.from('}')]) }
  } catch {
    const { ConsumedCapacity: consumed, ...rest } = JSON.parse(body.toString())
    return { consumed: consumed ?? [], rest: Buffer.from(JSON.stringify(rest)) }
  }
}
