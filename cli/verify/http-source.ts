import { setTimeout as wait } from 'node:timers/promises'
import { type Source, Unchecked } from './source.ts'

/** How often one thing is asked for; and how long before it is asked again, in milliseconds, unless the answer says. */
const tries = 6
const pauseMs = (attempt: number) => 100 * 2 ** attempt * (1 + Math.random())
const longestPauseMs = 30_000
const timeoutMs = 30_000

/** No file of a log is as large: a full bundle has at most 256 × 65,537 bytes. Whoever sends more is not read to the end. */
const mostBytes = 32_000_000

/** Answers after which the same is worth asking again. */
const passing = new Set([429, 500, 502, 503, 504])

/** A log over HTTP: a deployment, or a static mirror of one. `key` is for one that is not open to everybody. */
export function httpSource(url: string, key: string | undefined): Source {
  const base = url.replace(/\/*$/, '/')
  const headers = { accept: '*/*', ...(key !== undefined && { authorization: `Bearer ${key}` }) }
  return {
    name: base.slice(0, -1),
    async get(path) {
      for (let attempt = 0; ; attempt++) {
        const last = attempt === tries - 1
        const answer = await ask(base + path, headers).catch((cause: Error) => {
          if (cause instanceof Unchecked) throw cause
          if (last) throw new Unchecked(`${base} cannot be reached: ${reason(cause)}`, { cause })
        })
        if (answer?.body) return answer.body
        if (answer?.status === 404) return undefined
        if (answer && (last || !passing.has(answer.status))) throw new Unchecked(refused(base + path, answer.status))
        await wait(Math.min(answer?.afterMs ?? pauseMs(attempt), longestPauseMs))
      }
    },
  }
}

interface Answer {
  readonly status: number
  readonly body?: Uint8Array
  /** What the answer says of when to ask again. */
  readonly afterMs?: number
}

async function ask(url: string, headers: Record<string, string>): Promise<Answer> {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
  const body = await read(answer, url)
  const after = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return {
    status: answer.status,
    ...(answer.status === 200 && { body }),
    ...(after >= 0 && { afterMs: after * 1_000 }),
  }
}

async function read({ body }: Response, url: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    parts.push(part)
    length += part.length
    if (length > mostBytes)
      throw new Unchecked(`${url} answers more than ${mostBytes} bytes, which is no file of a log`)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const refused = (url: string, status: number) =>
  status === 401 || status === 403
    ? `${url} is not open to everybody: give a key by --api-key, or in RAPPORTEUR_KEY.`
    : `${url} answers ${status}`

/** `fetch` says "fetch failed", and why in its cause. */
const reason = (error: Error) => (error.cause instanceof Error ? error.cause.message || error.message : error.message)
