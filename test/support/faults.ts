import { Readable } from 'node:stream'

/** A call that a client made: `{ command: 'PutItem', table: 'log-1' }`; of TransactWriteItems, its first item's table. */
export interface Call {
  readonly command: string
  readonly table: string | undefined
}

/** Which call is to fail, and how. */
export interface Fault {
  /** The n-th of those that `of` picks, counted from 1, from the moment the fault is set. */
  readonly nth: number
  /** By default every write. */
  readonly of?: (call: Call) => boolean
  /** Before it lands: nothing happened. After: it happened, and the answer is lost. */
  readonly when: 'before' | 'after'
  /** True: within the SDK's own retries, so that it sends the call again. Otherwise the caller sees the failure. */
  readonly retried?: boolean
  /** What runs whole while the process stands at this call: before it lands, or between that and the answer. */
  readonly meanwhile?: () => Promise<unknown>
  /** By default the call fails. `goes on`: it was only held up. `dies`: nor is any call made after it. */
  readonly outcome?: 'fails' | 'goes on' | 'dies'
}

/** What the caller sees of a call made to fail. As a broken connection, it says nothing of whether the call landed. */
export class Unanswered extends Error {
  constructor({ command, table }: Call, when: Fault['when'], retried: boolean) {
    super(`${command} on ${table ?? 'no table'} broke ${when} it landed`)
    // By this name the SDK knows an error that passes.
    this.name = retried ? 'TimeoutError' : 'Unanswered'
  }
}

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem', 'PutEvents'])
export const isWrite = ({ command }: Call): boolean => writes.has(command)

/** As much of an SDK client as is needed: any service's will do. */
interface Client {
  readonly config: {
    readonly requestHandler: { handle(request: Request, options?: object): Promise<{ response: { body?: unknown } }> }
  }
}

interface Request {
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * Makes calls of an SDK client fail as a network does, below the SDK. `calls` tells every call that it has made since,
 * in order, so a test can first run clean, count the writes, and then fail each one in turn.
 */
export function faults(client: Client): {
  readonly calls: Call[]
  set(fault: Fault): void
  /** Faults that no call has met yet. A table of faults asserts that there are none: else it tests nothing. */
  unmet(): number
} {
  const calls: Call[] = []
  let armed: { fault: Fault; left: number }[] = []
  let dead = false

  /** The fault that this call is to meet, if any. */
  const meets = (call: Call): Fault | undefined => {
    for (const one of armed) if ((one.fault.of ?? isWrite)(call)) one.left--
    const struck = armed.find(({ left }) => left === 0)
    armed = armed.filter(({ left }) => left > 0)
    return struck?.fault
  }

  const strike = async (call: Call, { when, retried = false, meanwhile, outcome = 'fails' }: Fault) => {
    dead ||= outcome === 'dies'
    await meanwhile?.()
    if (outcome !== 'goes on') throw new Unanswered(call, when, retried)
  }

  const wire = client.config.requestHandler
  const handle = wire.handle.bind(wire)
  wire.handle = async (request, options) => {
    const call = callOf(request)
    calls.push(call)
    if (dead) throw new Unanswered(call, 'before', false)
    const fault = meets(call)
    if (fault?.when === 'before') await strike(call, fault)
    const answer = await handle(request, options)
    if (fault?.when !== 'after') return answer
    const { body } = answer.response
    if (fault.outcome !== 'goes on' && body instanceof Readable) body.resume()
    await strike(call, fault)
    return answer
  }
  return {
    calls,
    set: (fault) => {
      armed.push({ fault, left: fault.nth })
    },
    unmet: () => armed.length,
  }
}

interface Input {
  readonly TableName?: string
  readonly RequestItems?: Readonly<Record<string, unknown>>
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[]
}

function callOf({ headers, body }: Request): Call {
  const command = headers['x-amz-target']?.split('.').at(-1) ?? ''
  const input = JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body)) as Input
  const [action] = Object.values(input.TransactItems?.[0] ?? {})
  return { command, table: input.TableName ?? action?.TableName ?? Object.keys(input.RequestItems ?? {})[0] }
}
