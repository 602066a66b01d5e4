import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readAssembly } from './assembly.ts'
import { Bus } from './bus.ts'
import type { Tables } from './calls.ts'
import { Capacity } from './capacity.ts'
import { Dynamo } from './dynamo.ts'
import { Engine } from './engine.ts'
import { Faults } from './faults.ts'
import { Lambda } from './functions.ts'
import { Gateway } from './gateway.ts'
import { checkGrants } from './grants.ts'
import { HttpApi } from './http.ts'
import { Parameters } from './parameters.ts'
import { Reading } from './reading.ts'
import { Schedules } from './schedules.ts'
import type { Credentials } from './signature.ts'
import { type FunctionDefinition, readStack, type Stack } from './stack.ts'
import { State } from './state.ts'
import { ensureTables } from './tables.ts'
import { Verdicts } from './verdicts.ts'

export interface CloudOptions {
  /** The folder of a cloud assembly. */
  readonly assembly: string
  /** Where everything is kept; in memory without it. */
  readonly data?: string | undefined
  /** Of the HTTP API; 0 takes a free one. */
  readonly port: number
  /** Makes calls fail and the bus repeat and reorder, as this seed has it. */
  readonly faults?: string | undefined
  /** A DynamoDB endpoint instead of the embedded engine. */
  readonly engine?: string | undefined
  /** For people: denied calls, failing functions, and so on. */
  readonly log: (line: string) => void
  /** Called when it cannot go on. */
  readonly onFailure: (error: Error) => void
}

/** AWS as one template needs it, on this machine. */
export interface Cloud {
  readonly url: string
  /** Where SDK clients send their calls, signed by `operator`, to whom everything is allowed. */
  readonly gateway: string
  readonly region: string
  readonly operator: Credentials
  readonly stackName: string
  readonly stackId: string
  readonly outputs: Readonly<Record<string, string>>
  /** A value that is kept with the data, and lost with it. */
  note(name: string): string | undefined
  setNote(name: string, value: string): void
  /** Waits until every stream has been read to its functions, or so long. Whether it came to that. */
  settled(timeoutMs: number): Promise<boolean>
  /** Takes up another assembly's code, variables, policies and routes. What it cannot take up without a new start. */
  reload(assembly: string): string[]
  stop(): Promise<void>
}

const account = '000000000000'
const region = 'local'

/** Boots what the template names. Throws what stands in the way, and leaves nothing running then. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const undo: (() => unknown)[] = []
  try {
    return await boot(options, (stop) => undo.unshift(stop))
  } catch (error) {
    for (const stop of undo) await stop()
    throw error
  }
}

async function boot(options: CloudOptions, onUndo: (stop: () => unknown) => void): Promise<Cloud> {
  const { data, log } = options
  const state = new State(data)
  onUndo(() => state.close())
  const uuid = state.note('stack') ?? randomUUID()
  state.setNote('stack', uuid)
  const read = (folder: string) => {
    const assembly = readAssembly(folder)
    const { stackName } = assembly
    const stackId = `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/${uuid}`
    return readStack(assembly, { stackName, stackId, account, region })
  }
  const stack = read(options.assembly)
  const [api, ...otherApis] = stack.apis
  if (!api || otherApis.length > 0) throw new Error(`The local cloud serves one HTTP API, not ${stack.apis.length}`)
  const verdicts = new Verdicts(account)
  await checkGrants(stack, verdicts)

  const functions = new Map<string, Lambda>()
  const functionOf = (id: string) => {
    const found = functions.get(id)
    if (!found) throw new Error(`There is no function ${id}`)
    return found
  }
  const invoke = (id: string, payload: string) => functionOf(id).invoke(payload)

  const http = new HttpApi({ account, invoke, log })
  const url = await http.listen(options.port)
  onUndo(() => http.stop())

  const file = data === undefined ? undefined : join(resolve(data), 'tables.sqlite')
  const engine = await Engine.start({
    ...(file === undefined ? {} : { file }),
    ...(options.engine === undefined ? {} : { endpoint: options.engine }),
    stale: Number(state.note('engine') ?? 0),
    onExit: (code) => options.onFailure(new Error(`The DynamoDB engine ended with ${code}`)),
  })
  onUndo(() => engine.stop())
  state.setNote('engine', String(engine.pid ?? 0))
  await ensureTables(engine, stack.tables)

  const faults = options.faults === undefined ? undefined : new Faults(options.faults)
  const capacity = new Capacity()
  const tables: Tables = {
    byName: new Map(stack.tables.map((table) => [table.name, table])),
    arnPrefix: `arn:aws:dynamodb:${region}:${account}:table/`,
  }
  const reading = new Reading({
    engine,
    stack,
    state,
    file: options.engine === undefined ? file : undefined,
    invoke,
    log,
  })
  const dynamo = new Dynamo({ engine, tables, capacity, onWrite: (table) => reading.ring(table) })
  const bus = new Bus({
    stack,
    state,
    ...(faults ? { faults } : {}),
    invoke: async (id, payload) => 'payload' in (await invoke(id, payload)),
  })
  const gateway = new Gateway({
    dynamo,
    tables,
    bus,
    parameters: new Parameters({ state, place: stack.place }),
    verdicts,
    capacity,
    faults,
    functionOf: (id) => functionOf(id).definition,
    invocables: () => functions.values(),
    log,
  })
  const endpoint = await gateway.listen()
  onUndo(() => gateway.stop())

  const localized = (text: string) => text.replaceAll(api.origin, url)
  const local = (definition: FunctionDefinition): FunctionDefinition => ({
    ...definition,
    variables: Object.fromEntries(
      Object.entries(definition.variables).map(([name, value]) => [name, localized(value)]),
    ),
  })
  for (const definition of stack.functions) {
    const surroundings = { region, endpoint, ...gateway.admit(definition.id) }
    const shared = api.routes.some(({ functionId }) => functionId === definition.id)
    functions.set(definition.id, new Lambda({ definition: local(definition), surroundings, shared, log }))
  }
  onUndo(() => Promise.all([...functions.values()].map((one) => one.stop())))
  await Promise.all([...functions.values()].map((one) => one.warm()))

  await reading.start()
  onUndo(() => reading.stop())
  bus.start()
  const schedules = new Schedules({
    stack,
    state,
    invoke: async (id, payload) => 'payload' in (await invoke(id, payload)),
    log,
  })
  schedules.start()
  onUndo(() => schedules.stop())
  http.open(api)

  return {
    url,
    gateway: endpoint,
    region,
    operator: gateway.operator,
    stackName: stack.place.stackName,
    stackId: stack.place.stackId,
    outputs: Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [name, localized(value)])),
    note: (name) => state.note(name),
    setNote: (name, value) => state.setNote(name, value),
    async settled(timeoutMs) {
      const end = Date.now() + timeoutMs
      while (!reading.idle && Date.now() < end) await delay(5)
      return reading.idle
    },
    reload(folder) {
      const next = read(folder)
      for (const definition of next.functions) {
        const one = functions.get(definition.id)
        if (one && JSON.stringify(one.definition) !== JSON.stringify(local(definition))) one.swap(local(definition))
      }
      const left = differing(stack, next)
      const [nextApi] = next.apis
      if (nextApi && !left.includes('functions')) http.open(nextApi)
      reading.kick()
      return left
    },
    async stop() {
      await http.stop()
      const scheduled = schedules.stop()
      const read = reading.stop()
      await Promise.race([read, delay(5_000, undefined, { ref: false })])
      await Promise.all([...functions.values()].map((one) => one.stop()))
      await read
      await scheduled
      await bus.stop()
      await gateway.stop()
      await engine.stop()
      state.close()
    },
  }
}

/** What of a stack holds data or is wired to something that does. */
const wired = ['tables', 'mappings', 'buses', 'rules', 'schedules'] as const

function differing(running: Stack, next: Stack): string[] {
  const ids = (stack: Stack) => stack.functions.map(({ id }) => id).sort()
  return [
    ...wired.filter((part) => JSON.stringify(running[part]) !== JSON.stringify(next[part])),
    ...(JSON.stringify(ids(running)) === JSON.stringify(ids(next)) ? [] : ['functions']),
  ]
}
