import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface EngineAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface EngineOptions {
  /** Where the embedded engine keeps its data; in memory without it. */
  readonly file?: string
  /** An engine that runs already, instead of the embedded one. */
  readonly endpoint?: string
  /** The process id of an embedded engine that a process which is no more may have left on this file. */
  readonly stale?: number
  /** Called when the embedded engine ends by itself. */
  readonly onExit?: (code: number | null) => void
}

/** A DynamoDB engine, spoken to in the wire protocol and nothing else: what is asked is passed on as it came. */
export class Engine {
  readonly endpoint: string
  /** Of the embedded engine. */
  readonly pid: number | undefined
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #host: string
  readonly #port: string
  readonly #children: readonly ChildProcess[]
  #stopping = false

  private constructor(endpoint: string, children: readonly ChildProcess[], onExit?: (code: number | null) => void) {
    this.endpoint = endpoint
    const url = new URL(endpoint)
    this.#host = url.hostname
    this.#port = url.port || '80'
    this.#children = children
    const [engine, guard] = children
    this.pid = engine?.pid
    engine?.once('exit', (code) => {
      guard?.kill('SIGKILL')
      if (!this.#stopping) onExit?.(code)
    })
  }

  /** Starts the embedded engine, or finds the given one, and waits until it answers. */
  static async start({ file, endpoint, stale, onExit }: EngineOptions): Promise<Engine> {
    if (endpoint !== undefined) {
      const engine = new Engine(endpoint, [])
      await engine.#untilAnswering()
      return engine
    }
    const path = embedded()
    if (stale !== undefined && file !== undefined) await endStale(stale, path, file)
    const port = await freePort()
    const child = spawn(path, ['--port', String(port), ...(file === undefined ? [] : ['--db-path', file])], {
      stdio: 'ignore',
      detached: true, // a terminal's Ctrl-C is ours to answer: what is under way still needs the engine
    })
    if (child.pid === undefined) await once(child, 'spawn')
    // We may be killed without a chance to stop it. This waits for our end of its input to close, which even then it does.
    const guard = spawn('sh', ['-c', 'read -r _; kill "$0"', String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    const engine = new Engine(`http://127.0.0.1:${port}`, [child, guard], onExit)
    await engine.#untilAnswering()
    return engine
  }

  /** One call, by its target: `DynamoDB_20120810.PutItem`. */
  call(target: string, body: Buffer | string): Promise<EngineAnswer> {
    const payload = typeof body === 'string' ? Buffer.from(body) : body
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: this.#host,
          port: this.#port,
          agent: this.#agent,
          method: 'POST',
          path: '/',
          headers: { ...headers, 'x-amz-target': target, 'content-length': payload.length },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', reject)
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          )
        },
      )
      call.once('error', reject)
      call.end(payload)
    })
  }

  /** `call` for our own use: plain JSON in and out. Throws with the engine's words when it refuses. */
  async ask<Answer>(target: string, input: unknown): Promise<Answer> {
    const { status, body } = await this.call(target, JSON.stringify(input))
    if (status !== 200) throw new Error(`The DynamoDB engine refused ${target}: ${body}`)
    return JSON.parse(body.toString()) as Answer
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#agent.destroy()
    const [engine] = this.#children
    if (!engine || engine.exitCode !== null || engine.signalCode !== null) return
    const ended = once(engine, 'exit')
    engine.kill('SIGINT')
    const late = setTimeout(() => engine.kill('SIGKILL'), 3_000)
    await ended
    clearTimeout(late)
  }

  async #untilAnswering(): Promise<void> {
    const [child] = this.#children
    for (let tries = 0; tries < 400; tries++) {
      if (child && (child.exitCode !== null || child.signalCode !== null)) {
        throw new Error(`The DynamoDB engine ended with ${child.exitCode ?? child.signalCode}`)
      }
      const answered = await this.call('DynamoDB_20120810.ListTables', '{}').then(
        () => true,
        () => false,
      )
      if (answered) return
      await delay(10)
    }
    await this.stop()
    throw new Error(`No DynamoDB engine answers at ${this.endpoint}`)
  }
}

/** The engine only wants to see a signature: who may do what is decided before it. */
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20310101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20310101T000000Z',
}

function embedded(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide')
  } catch {
    throw new Error(
      'The embedded DynamoDB engine is there for Linux on x64 only: start another, for example Amazon’s DynamoDB Local, and name it in DYNAMODB_ENDPOINT',
    )
  }
}

/** Ends an engine that was left behind, if the process of that id is one, on this very file. */
async function endStale(pid: number, path: string, file: string): Promise<void> {
  const isIt = () => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return command[0] === path && command.includes(file)
    } catch {
      return false
    }
  }
  for (let tries = 0; tries < 100 && isIt(); tries++) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it has just ended by itself
    }
    await delay(20)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
