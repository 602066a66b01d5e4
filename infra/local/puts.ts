import type { Engine, EngineAnswer } from './engine.ts'
import type { Item } from './size.ts'
import type { Table } from './stack.ts'

/** A PutItem of one function into a table. */
export interface Put {
  readonly caller: string
  readonly table: Table
  readonly request: { readonly Item?: Item }
  /** The request as it was sent, and as it is to be sent alone. */
  readonly body: Buffer
  readonly alone: Buffer
}

/** What a put in a transaction may say as well. */
const plain = new Set([
  'TableName',
  'Item',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
])

/** The most that goes together; a transaction takes 100 items and 4 MB. */
const most = { puts: 50, bytes: 2_000_000 }

interface Waiting extends Put {
  readonly resolve: (answer: EngineAnswer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts on their way to the engine, which writes one after another and waits for the disk each time. Those of one function
 * into one table that come while another is under way are written together as one transaction, and answered when it is on
 * disk. Where it is refused nothing of it is done, and each is sent alone.
 */
export class Puts {
  readonly #engine: Engine
  /** Those that wait for one that is under way. */
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Whether a put may go with others: what it answers is no more than that it is done, and what it costs is one number. */
  static mayWait(request: object, table: Table | undefined): table is Table {
    return table !== undefined && table.indexes.length === 0 && Object.keys(request).every((name) => plain.has(name))
  }

  /** Answers as the engine does. Of those that go together the first says what all of them have consumed. */
  call(put: Put): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      const lane = `${put.caller}\n${put.table.name}`
      const one = { ...put, resolve, reject }
      const waiting = this.#waiting.get(lane)
      if (waiting) waiting.push(one)
      else void this.#run(lane, one)
    })
  }

  async #run(lane: string, first: Waiting): Promise<void> {
    const waiting = [first]
    this.#waiting.set(lane, waiting)
    while (waiting.length > 0) await this.#send(takeTogether(waiting))
    this.#waiting.delete(lane)
  }

  async #send(puts: readonly Waiting[]): Promise<void> {
    try {
      const answers = puts.length > 1 ? await this.#together(puts) : undefined
      if (answers) for (const [index, { resolve }] of puts.entries()) resolve(answers[index] as EngineAnswer)
      else await Promise.all(puts.map((put) => this.#alone(put)))
    } catch (error) {
      for (const { reject } of puts) reject(error)
    }
  }

  async #alone({ alone, resolve, reject }: Waiting): Promise<void> {
    await this.#engine.call('DynamoDB_20120810.PutItem', alone).then(resolve, reject)
  }

  /** Undefined where the engine refuses. */
  async #together(puts: readonly Waiting[]): Promise<EngineAnswer[] | undefined> {
    const items = puts.flatMap(({ body }, index) => [Buffer.from(index === 0 ? '{"Put":' : '},{"Put":'), body])
    const body = Buffer.concat([Buffer.from('{"ReturnConsumedCapacity":"TOTAL","TransactItems":['), ...items, end])
    const { status, headers, body: answer } = await this.#engine.call('DynamoDB_20120810.TransactWriteItems', body)
    if (status !== 200) return undefined
    const { ConsumedCapacity: [consumed] = [] } = JSON.parse(answer.toString()) as {
      ConsumedCapacity?: { TableName: string; CapacityUnits: number }[]
    }
    return puts.map(({ table }, index) => {
      // In a transaction every item costs twice what it does alone.
      const units = index === 0 ? (consumed?.CapacityUnits ?? 0) / 2 : 0
      const ConsumedCapacity = { TableName: table.name, CapacityUnits: units }
      return { status, headers, body: Buffer.from(JSON.stringify({ ConsumedCapacity })) }
    })
  }
}

const end = Buffer.from('}]}')

/** Takes from the front, in order, what may be in one transaction: no item twice. One at least. */
function takeTogether(waiting: Waiting[]): Waiting[] {
  const keys = new Set<string>()
  let bytes = 0
  let count = 0
  for (const { table, request, body } of waiting) {
    const key = JSON.stringify(table.keys.map(({ AttributeName }) => request.Item?.[AttributeName]))
    bytes += body.length
    if (count > 0 && (count === most.puts || bytes > most.bytes || keys.has(key))) break
    keys.add(key)
    count++
  }
  return waiting.splice(0, count)
}
