import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a request of an HTTP API is to a function: payload format 2.0. */
export interface HttpEvent {
  readonly version: '2.0'
  readonly routeKey: string
  readonly rawPath: string
  readonly rawQueryString: string
  readonly cookies?: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly requestContext: Readonly<Record<string, unknown>>
  readonly body?: string
  readonly isBase64Encoded: boolean
}

export interface Received {
  readonly request: IncomingMessage
  readonly body: Buffer
  readonly apiId: string
  readonly account: string
  readonly routeKey: string
  readonly pathParameters: Readonly<Record<string, string>>
  readonly requestId: string
}

/** The path as an HTTP API matches and passes it on: decoded, unlike that of a REST API. */
export function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0] || '/'
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

export function httpEvent({ request, body, apiId, account, routeKey, pathParameters, requestId }: Received): HttpEvent {
  const url = request.url ?? '/'
  const question = url.indexOf('?')
  const rawQueryString = question < 0 ? '' : url.slice(question + 1)
  const { cookie, ...headers } = joined(request)
  const host = headers.host ?? 'localhost'
  const now = new Date()
  const text = isText(headers, body)
  const query = queryOf(rawQueryString)
  return {
    version: '2.0',
    routeKey,
    rawPath: pathOf(url),
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...headers,
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      'x-forwarded-for': request.socket.remoteAddress ?? '127.0.0.1',
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(query ? { queryStringParameters: query } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: account,
      apiId,
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path: pathOf(url),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  }
}

/** Headers by lower-case name; one that came several times as one, with commas. */
function joined({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name, value] = [(rawHeaders[index] as string).toLowerCase(), rawHeaders[index + 1] as string]
    const separator = name === 'cookie' ? '; ' : ','
    headers[name] = headers[name] === undefined ? value : `${headers[name]}${separator}${value}`
  }
  return headers
}

/** Text and JSON arrive as they are, anything else as base64; so does what is not UTF-8, which would be lost in text. */
function isText(headers: Readonly<Record<string, string>>, body: Buffer): boolean {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (headers['content-encoding'] !== undefined) return false
  if (!/^text\/|^application\/(json|xml|javascript)$|\+(json|xml)$/.test(type)) return false
  return Buffer.from(body.toString('utf8')).equals(body)
}

function queryOf(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(raw)) query[name] = name in query ? `${query[name]},${value}` : value
  return query
}

/** `06/Feb/2031:09:14:03 +0000` */
function clfTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}

/** What a function's answer is to the client. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
}

/** Reads a function's result as payload format 2.0 has it; undefined where it is none, which is a 500. */
export function httpAnswer(payload: string): HttpAnswer | undefined {
  const result: unknown = JSON.parse(payload)
  if (result === null || typeof result !== 'object' || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : payload
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as {
    statusCode: unknown
    headers?: Record<string, string | number | boolean>
    cookies?: readonly string[]
    body?: unknown
    isBase64Encoded?: boolean
  }
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined
  return {
    status,
    headers: {
      ...Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])),
      ...(cookies && cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  }
}
