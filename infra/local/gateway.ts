import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Answer, failure, headersOf, success, throttled } from './answers.ts'
import { type Bus, type Entry, Refused } from './bus.ts'
import { type Act, describeCall, type Tables } from './calls.ts'
import type { Capacity } from './capacity.ts'
import type { Dynamo } from './dynamo.ts'
import type { Faults } from './faults.ts'
import {
  accepted,
  answered,
  type Invocable,
  type InvokeCall,
  isNamed,
  noSuchFunction,
  notAllowed,
  readInvoke,
} from './invoking.ts'
import type { Parameters } from './parameters.ts'
import { compilePattern } from './patterns.ts'
import { type Credentials, isSignedBy, newCredentials, parseSignature } from './signature.ts'
import type { FunctionDefinition } from './stack.ts'
import type { Verdicts } from './verdicts.ts'

export interface GatewayOptions {
  readonly dynamo: Dynamo
  readonly tables: Tables
  readonly bus: Bus
  readonly parameters: Parameters
  readonly verdicts: Verdicts
  readonly capacity: Capacity
  readonly faults?: Faults | undefined
  /** A function as it is now, by its id: a reload may have given it another role. */
  readonly functionOf: (id: string) => FunctionDefinition
  /** All that can be called by Lambda's Invoke. */
  readonly invocables: () => Iterable<Invocable>
  readonly log: (line: string) => void
}

/** Who calls: a function, or the operator, who may do anything and whose calls never fail on purpose. */
interface Caller {
  readonly id: string
  readonly secret: string
  readonly operator: boolean
}

/**
 * What AWS SDK clients are pointed at. It knows who calls by the credentials that it gave them, checks every call
 * against the caller's policies in the template, and passes it on to the engine, the bus, the parameters or a function. Besides, for the operator:
 * `GET` and `DELETE /_local/capacity`, and `GET /_local/events?pattern=`, NDJSON of all events as they come.
 */
export class Gateway {
  readonly operator = newCredentials()
  readonly #options: GatewayOptions
  readonly #callers = new Map<string, Caller>()
  readonly #server: Server

  constructor(options: GatewayOptions) {
    this.#options = options
    const { accessKeyId, secretAccessKey: secret } = this.operator
    this.#callers.set(accessKeyId, { id: 'operator', secret, operator: true })
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#options.log(`The gateway failed: ${error instanceof Error ? error.stack : error}`)
        response.destroy()
      })
    })
  }

  /** Credentials by which a function's calls are known. */
  admit(functionId: string): Credentials {
    const credentials = newCredentials()
    const caller = { id: functionId, secret: credentials.secretAccessKey, operator: false }
    this.#callers.set(credentials.accessKeyId, caller)
    return credentials
  }

  /** Listens on a free port of this machine alone; its URL. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith('/_local/')) return this.#serveOperator(request, response)
    const answer = await this.#answer(request, await bodyOf(request))
    if (!answer) {
      request.socket.destroy() // it is done, and nobody hears of it
      return
    }
    response.writeHead(answer.status, headersOf(answer, request.headers['content-type'])).end(answer.body)
  }

  async #answer(request: IncomingMessage, body: Buffer): Promise<Answer | undefined> {
    const signature = parseSignature(request.headers.authorization)
    const caller = this.#callers.get(signature?.accessKeyId ?? '')
    if (!signature || !caller) {
      return failure('UnrecognizedClientException', 'The security token included in the request is invalid.')
    }
    if (!isSignedBy(caller.secret, signature, request, body)) {
      return failure(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided.',
      )
    }
    const invoke = readInvoke(request.method, request.url ?? '/', request.headers, body)
    if (invoke) return 'status' in invoke ? invoke : this.#invoke(caller, invoke)
    const [service, operation = ''] = String(request.headers['x-amz-target']).split('.')
    const input = JSON.parse(body.toString() || '{}')
    if (service === 'DynamoDB_20120810') {
      const call = describeCall(operation, input, this.#options.tables)
      if (call) {
        const denied = await this.#denied(caller, call.acts)
        if (denied) return denied
        const faults = caller.operator ? undefined : this.#options.faults
        return this.#options.dynamo.call({ caller: caller.id, operation, call, request: input, body, faults })
      }
    }
    const act = service === 'AmazonSSM' ? this.#options.parameters.act(operation, input) : undefined
    if (act) return (await this.#denied(caller, [act])) ?? this.#options.parameters.call(operation, input)
    if (service === 'AWSEvents' && operation === 'PutEvents') return this.#putEvents(caller, input.Entries ?? [], body)
    this.#options.log(`${caller.id} called ${service}.${operation}, which the local cloud does not know`)
    return failure('com.amazon.coral.service#UnknownOperationException', `The local cloud does not know ${operation}`)
  }

  async #putEvents(caller: Caller, entries: readonly Entry[], body: Buffer): Promise<Answer | undefined> {
    const { bus } = this.#options
    const resources = new Set(entries.map(({ EventBusName }) => bus.arnOf(EventBusName)))
    const acts = [...resources].map((resource) => ({ action: 'events:PutEvents', resource, leadingKeys: [] }))
    const denied = await this.#denied(caller, acts)
    if (denied) return denied
    const faults = caller.operator ? undefined : this.#options.faults
    const fault = faults?.next(`${caller.id}\nPutEvents`, body, ['throttled', 'partial', 'lost'])
    if (fault === 'throttled') return throttled()
    try {
      const answer = bus.put(entries, fault === 'partial')
      return fault === 'lost' ? undefined : success(answer)
    } catch (error) {
      if (error instanceof Refused) return failure(error.type, error.message)
      throw error
    }
  }

  /** Calls a function in another's name, or the operator's. No fault comes in between: a call is made to fail by its own. */
  async #invoke(caller: Caller, { functionName, payload, later }: InvokeCall): Promise<Answer> {
    const found = [...this.#options.invocables()].find((one) => isNamed(one, functionName))
    if (!found) return noSuchFunction(functionName)
    const act = { action: 'lambda:InvokeFunction', resource: found.definition.arn, leadingKeys: [] }
    const denied = await this.#denial(caller, [act])
    if (denied !== undefined) return notAllowed(denied)
    if (!later) return answered(await found.invoke(payload))
    void found.invoke(payload) // how it fails is on the terminal; AWS would try twice more
    return accepted()
  }

  async #denied(caller: Caller, acts: readonly Act[]): Promise<Answer | undefined> {
    const message = await this.#denial(caller, acts)
    return message === undefined ? undefined : failure('com.amazon.coral.service#AccessDeniedException', message)
  }

  /** The refusal, as AWS words it, of the first act that the caller's policies do not allow. */
  async #denial(caller: Caller, acts: readonly Act[]): Promise<string | undefined> {
    if (caller.operator) return undefined
    const { role, name } = this.#options.functionOf(caller.id)
    for (const act of acts) {
      const judged = this.#options.verdicts.of(role, act)
      const verdict = typeof judged === 'string' ? judged : await judged
      if (verdict === 'allowed') continue
      const user = role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')
      const because =
        verdict === 'denied'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${act.action} action`
      const message = `User: ${user}/${name} is not authorized to perform: ${act.action} on resource: ${act.resource} ${because}`
      const keys = act.leadingKeys.length > 0 ? ` (partition keys: ${act.leadingKeys.join(', ')})` : ''
      this.#options.log(`DENIED  ${message}${keys}`)
      return message
    }
    return undefined
  }

  #serveOperator(request: IncomingMessage, response: ServerResponse): void {
    const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    const wanted = Buffer.from(this.operator.secretAccessKey)
    const end = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      end(401, { message: 'Send the operator’s secretAccessKey as a bearer token' })
      return
    }
    const url = new URL(request.url ?? '/', 'http://localhost')
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /_local/capacity':
        end(200, this.#options.capacity.report())
        return
      case 'DELETE /_local/capacity':
        this.#options.capacity.reset()
        end(200, this.#options.capacity.report())
        return
      case 'GET /_local/events':
        this.#tail(url.searchParams.get('pattern'), response, end)
        return
      default:
        end(404, { message: 'There is nothing here' })
    }
  }

  #tail(given: string | null, response: ServerResponse, end: (status: number, body: unknown) => void): void {
    let pattern: ReturnType<typeof compilePattern> | undefined
    try {
      pattern = given === null ? undefined : compilePattern(JSON.parse(given), 'pattern')
    } catch (error) {
      end(400, { message: error instanceof Error ? error.message : String(error) })
      return
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
    response.on(
      'close',
      this.#options.bus.listen(pattern, (event) => response.write(`${JSON.stringify(event)}\n`)),
    )
  }
}

/** The whole body. By its events, for it is done for every call: iterating over a stream costs as much as the call. */
function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.once('error', reject)
  })
}
