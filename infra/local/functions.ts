import { Instance, type Invocation, type Surroundings } from './instance.ts'
import type { FunctionDefinition } from './stack.ts'

export interface LambdaOptions {
  readonly definition: FunctionDefinition
  readonly surroundings: Surroundings
  /**
   * Whether one instance takes several invocations at once, as a server would. Lambda never does that; a function behind
   * HTTP may wait for seconds in many requests, and so many workers would be a waste.
   */
  readonly shared: boolean
  readonly log: (line: string) => void
}

/** As many instances as a new AWS account may run at once. */
const maximumInstances = 10

/** A function of the template: as many workers as are busy at once, and one at least that is warm. */
export class Lambda {
  #definition: FunctionDefinition
  readonly #options: LambdaOptions
  readonly #instances = new Set<Instance>()
  readonly #retired = new Set<Instance>()
  readonly #queue: (() => void)[] = []
  #stopped = false

  constructor(options: LambdaOptions) {
    this.#options = options
    this.#definition = options.definition
  }

  get definition(): FunctionDefinition {
    return this.#definition
  }

  /** Loads the code before the first event comes, so that a fault in it shows at once. */
  async warm(): Promise<void> {
    const [instance = this.#start()] = this.#instances
    await instance.loaded()
  }

  /** Waits where all instances are busy. Never throws: how it failed is in the result, and on the terminal. */
  async invoke(payload: string): Promise<Invocation> {
    let instance = this.#free()
    while (!instance) {
      if (this.#stopped) return { error: { errorType: 'Stopped', errorMessage: 'The local cloud stops' } }
      await new Promise<void>((resolve) => this.#queue.push(resolve))
      instance = this.#free()
    }
    const result = await instance.invoke(payload)
    this.#queue.shift()?.()
    return result
  }

  /** From now on it is that. What is under way ends as it began. */
  swap(definition: FunctionDefinition): void {
    this.#definition = definition
    for (const instance of this.#instances) instance.retire()
    void this.warm()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#instances, ...this.#retired].map((instance) => instance.stop()))
    for (const waiting of this.#queue.splice(0)) waiting()
  }

  #free(): Instance | undefined {
    if (this.#stopped) return undefined
    for (const instance of this.#instances) if (this.#options.shared || instance.busy === 0) return instance
    return this.#instances.size < maximumInstances ? this.#start() : undefined
  }

  #start(): Instance {
    const name = labelOf(this.#definition)
    const { code } = this.#definition
    const instance = new Instance({
      definition: this.#definition,
      surroundings: this.#options.surroundings,
      log: (level, line) => {
        if (!this.#stopped)
          this.#options.log(
            `[${name}] ${level === 'info' ? '' : `${level}: `}${readable(line).replaceAll(`${code}/`, '')}`,
          )
      },
      onEnd: (ended) => {
        this.#instances.delete(ended)
        this.#retired.add(ended)
      },
    })
    this.#instances.add(instance)
    return instance
  }
}

/** `seal` of `SealFunction689234C6`: what a person calls it. */
export const labelOf = ({ id }: { readonly id: string }): string =>
  id.replace(/(Function)?([0-9A-F]{8})?$/, '').toLowerCase()

/** A log entry in JSON as a line for people: its message, then its fields, a stack on lines of its own. */
function readable(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    const { message, msg, step, level, timestamp, time, stack, ...fields } = JSON.parse(line) as Record<string, unknown>
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return [[message ?? msg, ...rest].join(' '), ...(stack === undefined ? [] : [stack])].join('\n')
  } catch {
    return line
  }
}
