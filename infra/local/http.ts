import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Invocation } from './instance.ts'
import { httpAnswer, httpEvent, pathOf } from './payload.ts'
import { router } from './routes.ts'
import type { Api } from './stack.ts'

/** What an HTTP API takes of a request, and a function of an event and gives as an answer. Bytes. */
const maximumBody = 10 * 1024 * 1024
const maximumPayload = 6 * 1024 * 1024

/** The answers that the API gives by itself, in the words that it has in AWS. */
const messages = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

export interface HttpApiOptions {
  readonly account: string
  readonly invoke: (functionId: string, payload: string) => Promise<Invocation>
  readonly log: (line: string) => void
}

/** The HTTP API of the template, on this machine alone. Until `open` it answers 503. */
export class HttpApi {
  readonly #options: HttpApiOptions
  readonly #server: Server
  #api: Api | undefined
  #find: ReturnType<typeof router> = () => undefined
  #tokens = 0
  #refilledAt = 0

  constructor(options: HttpApiOptions) {
    this.#options = options
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (request.destroyed && !request.complete) return // the client has gone: nobody waits for an answer
        this.#options.log(`The HTTP API failed: ${error instanceof Error ? error.stack : error}`)
        if (!response.headersSent) this.#say(response, 500)
      })
    })
  }

  /** Its URL. Port 0 takes a free one. Throws in words for people when the port is taken. */
  async listen(port: number): Promise<string> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new Error(`Port ${port} is in use: give another with --port, or 0 for a free one`)
    })
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`
  }

  /** Serves these routes from now on. */
  open(api: Api): void {
    this.#find = router(api.routes)
    this.#tokens = api.throttle.burst
    this.#refilledAt = performance.now()
    this.#api = api
  }

  /** Takes no more requests, and gives those under way a few seconds. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeIdleConnections()
    await Promise.race([closed, delay(5_000, undefined, { ref: false })])
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const api = this.#api
    if (!api) return this.#say(response, 503)
    if (!this.#takeToken(api)) return this.#say(response, 429)
    const found = this.#find(request.method ?? 'GET', pathOf(request.url ?? '/'))
    if (!found) return this.#say(response, 404)
    const body = await bodyOf(request)
    if (!body) {
      response.once('finish', () => request.destroy())
      response.setHeader('connection', 'close')
      return this.#say(response, 413)
    }
    const requestId = randomUUID()
    const { routeKey, functionId, timeoutMs } = { routeKey: found.route.key, ...found.route }
    const event = JSON.stringify(
      httpEvent({
        request,
        body,
        apiId: api.id,
        account: this.#options.account,
        routeKey,
        pathParameters: found.pathParameters,
        requestId,
      }),
    )
    if (Buffer.byteLength(event) > maximumPayload) return this.#say(response, 413)
    const timer = new AbortController()
    const result = await Promise.race([
      this.#options.invoke(functionId, event),
      delay(timeoutMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const),
    ])
    timer.abort()
    if (result === 'late') return this.#say(response, 503)
    const answer =
      'payload' in result && result.payload.length <= maximumPayload ? httpAnswer(result.payload) : undefined
    if (!answer) {
      if ('payload' in result) this.#options.log(`${request.method} ${request.url}: the function’s answer is none`)
      return this.#say(response, 500)
    }
    response.writeHead(answer.status, { ...answer.headers, 'apigw-requestid': requestId, ...lengthOf(answer) })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }

  /** The stage's throttle: a bucket of tokens that holds `burst` and gains `rate` a second. */
  #takeToken({ throttle: { rate, burst } }: Api): boolean {
    const now = performance.now()
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#refilledAt) / 1000) * rate)
    this.#refilledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  #say(response: ServerResponse, status: keyof typeof messages): void {
    const body = JSON.stringify({ message: messages[status] })
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    response.writeHead(status, headers).end(body)
  }
}

/** Without a body the length is the function's to tell, as in an answer to HEAD or a 304. */
const lengthOf = ({ status, body }: { status: number; body: Buffer }) =>
  body.length > 0 || (status !== 204 && status !== 304) ? { 'content-length': body.length } : {}

/** Undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  if (Number(request.headers['content-length'] ?? 0) > maximumBody) return undefined
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > maximumBody) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
