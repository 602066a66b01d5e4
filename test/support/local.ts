import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** The local cloud as a person starts it: a process of its own, spoken to over HTTP only. */
export interface Local {
  readonly url: string
  readonly key: string
  /** All that it has said so far, both outputs. */
  readonly said: () => string
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL: nothing is flushed, nobody is told. */
  kill(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // A test reads what it expects and fails on anything else.
  readonly body: Json
}
export type Json = ReturnType<typeof JSON.parse>

export const startLocal = (...options: string[]): Promise<Local> =>
  started(process.execPath, ['cli/dev.ts', '--port', '0', ...options])

/** As the README has it, with npm between us and it. */
export const startByNpm = (...options: string[]): Promise<Local> =>
  started('npm', ['run', 'dev', '--', '--port', '0', ...options])

async function started(command: string, args: string[]): Promise<Local> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const heard = new Map<string, string>()
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        const said = /^(Rapporteur is listening on|API key:) (\S+)$/.exec(line)
        if (said) heard.set(said[1] as string, said[2] as string)
        if (heard.size === 2) resolve()
      })
    }
    child.once('exit', (code) => reject(new Error(`The local cloud ended with ${code}:\n${lines.join('\n')}`)))
  })
  await ready
  const url = heard.get('Rapporteur is listening on') as string
  const key = heard.get('API key:') as string
  return {
    url,
    key,
    said: () => lines.join('\n'),
    request: async (method, path, body, headers = {}) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const json = /json/.test(response.headers.get('content-type') ?? '')
      return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text }
    },
    stop: () => ended(child, 'SIGTERM'),
    kill: async () => void (await ended(child, 'SIGKILL')),
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.kill(signal)
  const [code] = (await exit) as [number | null]
  return code
}

/** Asks again until the answer is as wanted; the last answer otherwise, for the assertion to name. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, timeoutMs = 10_000) {
  const end = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (wanted(answer) || Date.now() > end) return answer
    await delay(20)
  }
}
