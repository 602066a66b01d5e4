import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = new URL('../../..', import.meta.url).pathname
const sources = ['functions', 'cli', 'events'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path: join(room, path), text: readFileSync(join(root, room, path), 'utf8') })),
)
const writing = /\b(Put|Update|Delete|BatchWrite|TransactWrite)Items?Command\b/
/** The statements in which a file makes commands of this kind. */
const made = (text: string, command: string) => text.split(`new ${command}(`).slice(1)
/** Up to the parenthesis that closes the call. */
const call = (text: string) => {
  let depth = 1
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return text.slice(0, at)
  }
  throw new Error('The call does not end')
}

it('reads the sources', () => {
  expect(sources.length).toBeGreaterThan(40)
  expect(sources.map(({ path }) => path)).toContain('functions/store/event-store.ts')
})

it('puts events in one place, under the condition that their key is free', () => {
  const store = sources.find(({ path }) => path === 'functions/store/event-store.ts')?.text ?? ''
  const puts = made(store, 'PutItemCommand').map(call)
  expect(puts).toHaveLength(1)
  expect(puts[0]).toContain('TableName: this.#table')
  expect(puts[0]).toContain("ConditionExpression: 'attribute_not_exists(streamId)'")
  expect(store).not.toMatch(/(UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems)Command/)
})

it('names the events table in no other write', () => {
  const writers = sources.filter(({ path, text }) => path !== 'functions/store/event-store.ts' && writing.test(text))
  expect(writers.map(({ path }) => path)).toContain('functions/seal/decision.ts')
  for (const { path, text } of writers) {
    const tables = text.match(/TableName: [^,}]+|RequestItems: [^,}]+/g) ?? []
    expect(tables, `${path} says where it writes`).not.toHaveLength(0)
    for (const table of tables) expect(table, `${path} writes events`).not.toMatch(/events/i)
  }
})

it('changes an event in one place, and there removes a payload and nothing else', () => {
  const changing = sources.filter(({ text }) => /\binCommit\(/.test(text)).map(({ path }) => path)
  expect(changing.sort()).toEqual(['functions/withhold/place.ts', 'functions/withhold/withhold.ts'])
  const place = sources.find(({ path }) => path === 'functions/withhold/place.ts')?.text ?? ''
  expect(place.match(/UpdateExpression/g)).toHaveLength(1)
  expect(place).toMatch(
    /UpdateExpression: `SET \$\{path\}\.#withheld = :withheld REMOVE \$\{path\}\.#d, \$\{path\}\.#s`/,
  )
  const withhold = sources.find(({ path }) => path === 'functions/withhold/withhold.ts')?.text ?? ''
  expect(withhold).not.toMatch(/(PutItem|UpdateItem|DeleteItem|BatchWriteItem)Command|\b(Put|Delete): /)
})

it('speaks to tables through these commands only', () => {
  for (const { path, text } of sources) expect(text, path).not.toMatch(/Execute(Statement|Transaction)|BatchExecute/)
})
