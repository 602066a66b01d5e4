import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shapes } from '#events/kinds.ts'
import { type Served, serve } from './served.ts'

interface Line {
  readonly method: string
  readonly path: string
  readonly body: object
  readonly headers?: Record<string, string>
}

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.stop())

const send = async (line: string) => {
  const { method, path, body, headers = {} } = JSON.parse(line) as Line
  const { status, text } = await served.ask(method, path, { json: body, headers })
  return [line, status, status < 300 ? '' : text]
}

/** Every line is taken, and told again adds nothing. */
async function goIn(name: string): Promise<void> {
  const lines = readFileSync(`samples/${name}.ndjson`, 'utf8').trim().split('\n')
  for (const line of lines) expect(await send(line)).toEqual([line, expect.toBeOneOf([200, 201]), ''])
  for (const line of lines) expect(await send(line)).toEqual([line, 200, ''])
}

it('goes in whole, the harbour, and has every kind of event', async () => {
  await goIn('harbour-watch')
  await served.settle()
  const types = new Set<string>()
  for (let path: string | null = '/events?limit=100'; path; ) {
    const { body }: { body: { events: { type: string }[]; next: number | null } } = await served.ask('GET', path)
    for (const { type } of body.events) types.add(type)
    path = body.next === null ? null : `/events?limit=100&after=${body.next}`
  }
  const all = Object.entries(shapes).map(([type, shape]) => `rapporteur.${type}.v${shape}`)
  expect([...types].sort()).toEqual(all.sort())
})

it('goes in whole, Kazakhstan in 2022', () => goIn('kazakhstan-2022'))

it('goes in whole, the strait, with merges, disputes and three sources', () => goIn('lantern-strait'))
