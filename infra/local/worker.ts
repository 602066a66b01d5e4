/**
 * What Lambda's runtime does, in a worker thread: loads a function's code once, then hands it one event after another.
 * It speaks with instance.ts in the messages below, payloads being JSON text, as on the wire.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'

/** What a worker is started with. */
export interface WorkerData {
  readonly code: string
  readonly handler: string
}

export interface Invoke {
  readonly id: number
  readonly payload: string
  readonly deadline: number
  readonly context: Readonly<Record<string, unknown>>
}

export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: string
}

export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly level: string; readonly line: string }
  | { readonly kind: 'done'; readonly id: number; readonly payload: string }
  | { readonly kind: 'failed'; readonly id?: number; readonly error: FunctionError }

type Handler = (event: unknown, context: object) => unknown

if (parentPort) await serve(parentPort)

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const send = (message: Message) => port.postMessage(message)
  for (const level of ['trace', 'debug', 'log', 'info', 'warn', 'error'] as const) {
    const name = level === 'log' ? 'info' : level
    console[level] = (...words: unknown[]) => send({ kind: 'log', level: name, line: format(...words) })
  }
  if (/--enable-source-maps/.test(process.env.NODE_OPTIONS ?? '')) process.setSourceMapsEnabled(true)

  let handler: Handler
  try {
    handler = await load(workerData as WorkerData)
  } catch (error) {
    send({ kind: 'failed', error: described(error) })
    return
  }
  port.on('message', async ({ id, payload, deadline, context }: Invoke) => {
    try {
      const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now())
      const result = await handler(JSON.parse(payload), { ...context, getRemainingTimeInMillis })
      send({ kind: 'done', id, payload: JSON.stringify(result) ?? 'null' })
    } catch (error) {
      send({ kind: 'failed', id, error: described(error) })
    }
  })
  send({ kind: 'ready' })
}

/** `index.handler` is what the module `index` exports as `handler`. */
async function load({ code, handler }: WorkerData): Promise<Handler> {
  const dot = handler.lastIndexOf('.')
  const [module, name] = [handler.slice(0, dot), handler.slice(dot + 1)]
  const path = ['.mjs', '.js', '.cjs'].map((ending) => join(code, module + ending)).find((file) => existsSync(file))
  if (!path) throw new Error(`There is no module ${module} in ${code}`)
  const found: unknown = (await import(pathToFileURL(path).href))[name]
  if (typeof found !== 'function') throw new Error(`${path} does not export a function ${name}`)
  return found as Handler
}

function described(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error) }
  const cause =
    error.cause === undefined ? '' : `\ncaused by ${error.cause instanceof Error ? error.cause.stack : error.cause}`
  return { errorType: error.name, errorMessage: error.message, trace: `${error.stack}${cause}` }
}
