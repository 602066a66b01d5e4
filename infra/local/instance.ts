import { randomUUID } from 'node:crypto'
import { devNull } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FunctionDefinition } from './stack.ts'
import type { FunctionError, Invoke, Message } from './worker.ts'

/** What an invocation gave: the payload as JSON text, or how it failed. */
export type Invocation = { readonly payload: string } | { readonly error: FunctionError }

/** What a function's environment has besides the variables of the template. */
export interface Surroundings {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Where its SDK clients send all calls. */
  readonly endpoint: string
}

export interface InstanceOptions {
  readonly definition: FunctionDefinition
  readonly surroundings: Surroundings
  readonly log: (level: string, line: string) => void
  /** Called once, when it takes no more invocations. */
  readonly onEnd: (instance: Instance) => void
}

/** How long code may take to load, as in Lambda. It does not count towards an invocation's time. */
const loadingMs = 10_000
/** How many lines of a function that is well are remembered for when it fails. */
const remembered = 100

/** One worker with a function's code in it. */
export class Instance {
  readonly #definition: FunctionDefinition
  readonly #worker: Worker
  readonly #log: InstanceOptions['log']
  readonly #pending = new Map<number, (result: Invocation) => void>()
  readonly #end: () => void
  #ready = false
  readonly #loading: NodeJS.Timeout
  readonly #waiting: (() => void)[] = []
  #lines: string[] = []
  #invocations = 0
  #retired = false

  constructor({ definition, surroundings, log, onEnd }: InstanceOptions) {
    this.#definition = definition
    this.#log = log
    this.#end = () => onEnd(this)
    this.#loading = setTimeout(() => {
      this.#failAll({ errorType: 'Sandbox.InitTimeout', errorMessage: 'The code did not load within 10 seconds' })
    }, loadingMs)
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { code: definition.code, handler: definition.handler },
      env: environment(definition, surroundings),
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
    })
    this.#worker.on('message', (message: Message) => this.#heard(message))
    this.#worker.on('error', (error) => this.#failAll({ errorType: 'Runtime.Unhandled', errorMessage: String(error) }))
    this.#worker.on('exit', (code) => {
      this.#failAll({ errorType: 'Runtime.ExitError', errorMessage: `The function's process ended with ${code}` })
    })
    for (const output of [this.#worker.stdout, this.#worker.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => this.#remember('info', text.trimEnd()))
    }
  }

  get busy(): number {
    return this.#pending.size
  }

  /** Fails with `Sandbox.Timedout` after the function's time-out, and is then good for nothing more. */
  invoke(payload: string): Promise<Invocation> {
    const { timeoutMs, name, arn, memoryMb } = this.#definition
    const id = ++this.#invocations
    const context = {
      awsRequestId: randomUUID(),
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
    }
    return new Promise((resolve) => {
      this.#pending.set(id, resolve)
      this.#whenLoaded(() => {
        if (!this.#pending.has(id)) return // it failed with the loading
        const timer = setTimeout(() => {
          const errorMessage = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`
          this.#settle(id, { error: { errorType: 'Sandbox.Timedout', errorMessage } })
          this.retire()
        }, timeoutMs)
        this.#pending.set(id, (result) => {
          clearTimeout(timer)
          resolve(result)
        })
        const invoke: Invoke = { id, payload, deadline: Date.now() + timeoutMs, context }
        this.#worker.postMessage(invoke)
      })
    })
  }

  /** Resolves when its code is loaded, or never will be. */
  loaded(): Promise<void> {
    return new Promise((resolve) => this.#whenLoaded(resolve))
  }

  /** Takes no more invocations, and ends when those under way have. */
  retire(): void {
    if (!this.#retired) {
      this.#retired = true
      this.#end()
    }
    if (this.busy === 0) void this.#worker.terminate()
  }

  /** Ends at once: what is under way fails. */
  async stop(): Promise<void> {
    this.#retired = true
    clearTimeout(this.#loading)
    await this.#worker.terminate()
  }

  #heard(message: Message): void {
    switch (message.kind) {
      case 'ready':
        this.#ready = true
        this.#loadingEnds()
        break
      case 'log':
        this.#remember(message.level, message.line)
        break
      case 'done':
        this.#settle(message.id, { payload: message.payload })
        break
      case 'failed':
        if (message.id === undefined) this.#failAll(message.error)
        else this.#settle(message.id, { error: message.error })
        break
    }
  }

  #whenLoaded(act: () => void): void {
    if (this.#ready || this.#retired) act()
    else this.#waiting.push(act)
  }

  #loadingEnds(): void {
    clearTimeout(this.#loading)
    for (const act of this.#waiting.splice(0)) act()
  }

  /** Warnings are told at once; the rest only when the function fails. */
  #remember(level: string, line: string): void {
    if (level === 'warn' || level === 'error') this.#log(level, line)
    else if (this.#lines.push(line) > remembered) this.#lines.shift()
  }

  #settle(id: number, result: Invocation): void {
    const resolve = this.#pending.get(id)
    if (!resolve) return // it timed out before
    this.#pending.delete(id)
    if ('error' in result) this.#tell(result.error)
    else if (this.busy === 0) this.#lines = []
    resolve(result)
    if (this.#retired && this.busy === 0) void this.#worker.terminate()
  }

  #failAll(error: FunctionError): void {
    const ids = [...this.#pending.keys()]
    if (ids.length === 0 && !this.#retired) this.#tell(error)
    for (const id of ids) this.#settle(id, { error })
    this.retire()
    this.#loadingEnds()
  }

  #tell({ errorType, errorMessage, trace }: FunctionError): void {
    for (const line of this.#lines.splice(0)) this.#log('info', line)
    this.#log('error', trace ?? `${errorType}: ${errorMessage}`)
  }
}

/** As Lambda sets it, and nothing of ours: not the developer's own AWS configuration either. */
function environment(definition: FunctionDefinition, { region, endpoint, ...keys }: Surroundings) {
  return {
    ...definition.variables,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: 'AWS_Lambda_local',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: definition.code,
    _HANDLER: definition.handler,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  }
}
