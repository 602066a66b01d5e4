import { readFileSync } from 'node:fs'
import { PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ImportAnswer } from '#functions/api/imports/line.ts'
import { endingMs } from '#functions/api/imports/run.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { mission, organization, otherStatement, person, phase, recordGround, statement } from './fixtures.ts'
import { type Asked, type Served, serve, source } from './served.ts'

/** A clock that a test may move: by default it stands. */
let now = Date.parse('2031-02-14T08:00:00Z')
let tick = 0
let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve(() => ({
    now: () => {
      now += tick
      return now
    },
  }))
  await recordGround(served)
})
afterAll(() => served.stop())

type Line = object | string
const ndjson = { 'Content-Type': 'application/x-ndjson' }
const send = (lines: readonly Line[], asked: Asked = {}, to = served) =>
  to.ask('POST', '/imports', {
    headers: ndjson,
    body: lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    ...asked,
  })

/** What became of each line, checked against what `/openapi.json` says of them. */
async function imported(lines: readonly Line[], asked: Asked = {}, to = served): Promise<ImportAnswer[]> {
  const { status, headers, text } = await send(lines, asked, to)
  expect([status, headers.get('Content-Type')]).toEqual([200, 'application/x-ndjson'])
  expect(text).toMatch(/\n$/)
  const answers = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ImportAnswer)
  const check = schemaOf('ImportAnswer')
  for (const answer of answers) expect([answer, check(answer), check.errors]).toEqual([answer, true, null])
  return answers
}

function schemaOf(name: string) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const { components } = served.described.document
  ajv.addSchema({ $id: 'https://described.test/', components })
  const schema = components.schemas[name]
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"https://described.test/#/components/')),
  )
}

const put = (path: string, body: object, headers?: Record<string, string>) => ({
  method: 'PUT',
  path,
  body,
  ...(headers ? { headers } : {}),
})
const post = (path: string, body: object, headers?: Record<string, string>) => ({
  method: 'POST',
  path,
  body,
  ...(headers ? { headers } : {}),
})
/** `[2, 422, 'invalid-input']` */
const said = ({ line, status, problem }: ImportAnswer) =>
  problem ? [line, status, problem.type.replace('/problems/', '')] : [line, status]

describe('the samples', () => {
  let empty: Served
  beforeAll(async () => {
    empty = await serve()
  })
  afterAll(() => empty.stop())

  it.each(['harbour-watch', 'kazakhstan-2022', 'lantern-strait'])(
    'takes the sample %s, and again all of it',
    async (name) => {
      const lines = readFileSync(`samples/${name}.ndjson`, 'utf8').trimEnd().split('\n')
      const check = schemaOf('ImportLine')
      for (const line of lines) expect([line, check(JSON.parse(line))]).toEqual([line, true])
      const first = await imported(lines, {}, empty)
      expect(first.filter(({ status }) => status > 201)).toEqual([])
      expect(first.filter(({ status }) => status === 201).length).toBeGreaterThan(10)
      const again = await imported(lines, {}, empty)
      expect(again).toEqual(first.map((answer) => ({ ...answer, status: 200 })))
    },
  )
})

it('answers each line as its route does', async () => {
  const [one] = await imported([put('/actors/ada-lind', person)])
  expect(one).toEqual({ line: 1, status: 201, id: 'ada-lind', version: 1, location: '/actors/ada-lind' })
  const [other] = await imported([put('/actors/ada-lind', { ...person, name: 'Ada Lynd' })])
  const direct = await ask('PUT', '/actors/ada-lind', { json: { ...person, name: 'Ada Lynd' } })
  expect(other).toEqual({
    line: 1,
    status: 409,
    problem: { ...direct.body, instance: expect.stringMatching(/^urn:uuid:/) },
  })
})

describe('the order of the lines', () => {
  it('lets a line refer to an earlier one, and never to a later', async () => {
    const words = (text: string) =>
      post('/statements', { ...statement, speaker: { actorId: 'ida-rask' }, fragments: [{ mode: 'direct', text }] })
    const lines = [words('early'), put('/actors/ida-rask', person), words('late')]
    const answers = await imported(lines)
    expect(answers.map(said)).toEqual([
      [1, 422, 'invalid-input'],
      [2, 201],
      [3, 201],
    ])
    expect(answers[0]?.problem?.errors).toEqual([
      { pointer: '#/speaker/actorId', detail: expect.stringContaining('ida-rask') },
    ])
  })

  it('is that of the versions in each stream, however many go side by side', async () => {
    const missions = ['north-watch', 'south-watch', 'east-watch']
    const lines = [
      ...missions.map((missionId) => post('/missions', { ...mission, missionId })),
      ...Array.from({ length: 40 }, (_, index) =>
        missions.map((missionId) => post(`/missions/${missionId}/phases`, { ...phase, reportId: `report-${index}` })),
      ).flat(),
    ]
    const answers = await imported(lines)
    for (const missionId of missions) {
      const versions = answers
        .filter(({ location }) => location === `/missions/${missionId}`)
        .map(({ version }) => version)
      expect(versions).toEqual(Array.from({ length: 41 }, (_, index) => index + 1))
    }
  })

  it('holds for changes of what was just recorded, also by If-Match', async () => {
    const lines = [
      put('/actors/revised-gazette', organization),
      put('/actors/revised-gazette', { ...organization, name: 'Port Gazette' }, { 'If-Match': '"1"' }),
      put('/actors/revised-gazette', { ...organization, name: 'The Port Gazette' }, { 'If-Match': '"2"' }),
      put('/actors/revised-gazette', { ...organization, name: 'Gazette' }, { 'If-Match': '"1"' }),
      put('/actors/revised-gazette', { ...organization, name: 'Gazette' }, { 'If-Match': '3' }),
    ]
    const refused = [
      [4, 412, 'version-conflict'],
      [5, 400, 'invalid-header'],
    ]
    expect((await imported(lines)).map(said)).toEqual([[1, 201], [2, 201], [3, 201], ...refused])
    expect((await imported(lines)).map(said)).toEqual([[1, 200], [2, 200], [3, 200], ...refused])
  })
})

it('knows a line by its Idempotency-Key, as the route does', async () => {
  const key = { 'Idempotency-Key': 'line-1' }
  const line = (reportId: string) => post('/missions/keyed-watch/phases', { ...phase, reportId }, key)
  await imported([post('/missions', { ...mission, missionId: 'keyed-watch' })])
  expect((await imported([line('one'), line('one'), line('two')])).map(said)).toEqual([
    [1, 201],
    [2, 200],
    [3, 422, 'idempotency-key-reused'],
  ])
})

it('refuses each line that is none by itself, and stops no other', async () => {
  const good = (id: string) => put(`/actors/good-${id}`, person)
  const line = put('/actors/never', person)
  const body = JSON.stringify(person)
  const lines = [
    good('1'),
    '{ "method": "PUT"',
    `{"method":"PUT","path":"/actors/never","path":"/actors/other","body":${body}}`,
    `{"method":"PUT","path":"/actors/never","body":{"kind":"person","kind":"state","name":"N"}}`,
    '',
    { ...line, colour: 'red' },
    { ...line, method: 'GET' },
    { ...line, method: 'DELETE' },
    { ...line, path: '/imports' },
    { ...line, path: '/statements/../imports' },
    { ...line, path: '//never.example/actors/never' },
    { ...line, path: '/actors/never?x=1' },
    { ...line, path: '/actors/%6eever' },
    { method: 'PUT', path: '/actors/never' },
    { ...line, body: [person] },
    { ...line, headers: { Prefer: 'wait=5' } },
    { ...line, headers: { 'If-Match': '"é"' } },
    '[]',
    '  \t',
    { method: 'POST', path: '/statements/s-1/nothing', body: {} },
    { method: 'POST', path: '/actors/never', body: {} },
    '{"method":"PUT","path":"/actors/never","body":{"kind":"person","name":1e400}}',
    '{"method":"PUT","path":"/actors/never","body":{"kind":"person","name":"N","__proto__":{}}}',
    put('/actors/never', { ...person, name: 'N'.repeat(300_000) }),
    good('2'),
  ]
  const answers = await imported(lines)
  const invalid = (line: number) => [line, 422, 'invalid-input']
  expect(answers.map(said)).toEqual([
    [1, 201],
    ...[2, 3, 4].map((number) => [number, 400, 'malformed-body']),
    ...[6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map(invalid),
    [20, 404, 'not-found'],
    [21, 405, 'method-not-allowed'],
    [22, 400, 'malformed-body'],
    invalid(23),
    [24, 413, 'body-too-large'],
    [25, 201],
  ])
  const pointers = answers.flatMap(({ line, problem }) =>
    (problem?.errors ?? []).map((error) => [line, 'pointer' in error ? error.pointer : error.parameter]),
  )
  expect(pointers).toEqual([
    [6, '#/colour'],
    [7, '#/method'],
    [8, '#/method'],
    ...[9, 10, 11, 12, 13].map((line) => [line, '#/path']),
    [14, '#/body'],
    [15, '#/body'],
    [16, '#/headers/Prefer'],
    [17, '#/headers/If-Match'],
    [18, '#'],
    [23, '#/__proto__'],
  ])
  expect((await ask('GET', '/actors/never')).status).toBe(404)
})

describe('as a whole', () => {
  it('needs a key that may write something; each line then needs its own scope', async () => {
    const lines = [
      put('/actors/scoped', person),
      put('/actors/scoped', { ...person, name: 'M. Kovan' }, { 'If-Match': '"1"' }),
      post('/statements', otherStatement),
    ]
    const none = await send(lines, { as: null })
    expect([none.status, none.body.type]).toEqual([401, '/problems/key-required'])
    const unknown = await send(lines, { as: null, headers: { ...ndjson, Authorization: 'Bearer rk_none' } })
    expect([unknown.status, unknown.body.type]).toEqual([401, '/problems/unknown-key'])
    const reader = await send(lines, { as: ['read', 'read-text'] })
    expect([reader.status, reader.body.type]).toEqual([403, '/problems/scope-required'])
    expect(reader.headers.get('WWW-Authenticate')).toContain('scope="record revise retract"')
    expect((await imported(lines, { as: ['record'] })).map(said)).toEqual([
      [1, 201],
      [2, 403, 'scope-required'],
      [3, 201],
    ])
    expect((await imported(lines, { as: ['revise'] })).map(said)).toEqual([
      [1, 403, 'scope-required'],
      [2, 201],
      [3, 403, 'scope-required'],
    ])
  })

  it.each<[string, Asked, number, string]>([
    ['of another media type', { headers: { 'Content-Type': 'application/json' } }, 415, 'unsupported-media-type'],
    ['compressed', { headers: { ...ndjson, 'Content-Encoding': 'gzip' } }, 415, 'unsupported-media-type'],
    ['not in UTF-8', { body: new Uint8Array([0x7b, 0xff, 0x7d]) }, 400, 'malformed-body'],
    ['without a line', { body: '\n \n' }, 400, 'malformed-body'],
    ['of more than 4 MB', { body: '\n'.repeat(4 * 1024 * 1024 + 1) }, 413, 'body-too-large'],
    ['of more than 500 lines', { body: '{}\n'.repeat(501) }, 413, 'body-too-large'],
  ])('is refused when it is %s', async (_, asked, expected, code) => {
    const { status, headers, body } = await send([put('/actors/never', person)], asked)
    expect([status, body.type]).toEqual([expected, `/problems/${code}`])
    if (status === 415) expect(headers.get('Accept-Post')).toBe('application/x-ndjson')
    expect((await ask('GET', '/actors/never')).status).toBe(404)
  })

  it('takes 500 lines, blank ones beside, and 4 MB', async () => {
    const lines = Array.from(
      { length: 500 },
      (_, index) => `${JSON.stringify(put(`/actors/many-${index % 10}`, person))}\r\n`,
    )
    const answers = await imported([...lines, ' '.repeat(4 * 1024 * 1024 - lines.join('\n').length - 2)])
    expect([answers.length, new Set(answers.map(({ status }) => status))]).toEqual([500, new Set([200, 201])])
  })
})

it('tries no line after 20 seconds, and all of them when they are sent again', async () => {
  const lines = [
    post('/missions', { ...mission, missionId: 'long-watch' }),
    ...Array.from({ length: 30 }, (_, index) =>
      post('/missions/long-watch/phases', { ...phase, reportId: `r-${index}` }),
    ),
  ]
  tick = 1_000
  const first = await imported(lines)
  tick = 0
  const tried = first.filter(({ status }) => status === 201).length
  expect(tried).toBeGreaterThan(5)
  expect(tried).toBeLessThan(31)
  expect(first.slice(tried).map(said)).toEqual(first.slice(tried).map(({ line }) => [line, 503, 'not-tried']))
  const rest = await imported(lines.slice(tried))
  expect(rest.map(({ version, status }) => [status, version])).toEqual(
    lines.slice(tried).map((_, index) => [201, tried + index + 1]),
  )
})

it('tries no line that waits for one which was not settled, so that none overtakes it', async () => {
  const Item = { streamId: { S: 'actor-broken' }, version: { N: '1' }, events: { S: 'a hand was in the table' } }
  await served.engine.client().send(new PutItemCommand({ TableName: served.tables.events, Item }))
  const answers = await imported([
    put('/actors/broken', person),
    post('/actors/broken/memberships', { membershipId: 'one', role: 'Minister' }),
    put('/actors/whole', person),
    post('/actors/whole/merge', { into: 'broken', reason: 'one person' }),
    post('/actors/whole/memberships', { membershipId: 'one', role: 'Minister' }),
  ])
  expect(answers.map(said)).toEqual([
    [1, 500, 'about:blank'],
    [2, 503, 'not-tried'],
    [3, 201],
    [4, 503, 'not-tried'],
    [5, 503, 'not-tried'],
  ])
  expect(answers[3]?.problem?.detail).toContain('line 2')
})

it('answers in time, also while a line is still under way: that one is to be sent again', async () => {
  const never = await serve(({ engine, tables }) => {
    const client = engine.client()
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const { Item } = args.input as PutItemCommandInput
          const slow = commandName === 'PutItemCommand' && Item?.streamId?.S === 'actor-slow'
          return slow ? new Promise(() => undefined) : next(args)
        },
      { step: 'initialize' },
    )
    return { store: new EventStore({ client, table: tables.events, source }) }
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], now, shouldAdvanceTime: true, advanceTimeDelta: 20 })
  try {
    const importing = imported([put('/actors/slow', person), put('/actors/quick', person)], {}, never)
    await vi.advanceTimersByTimeAsync(endingMs)
    expect((await importing).map(said)).toEqual([
      [1, 503, 'unavailable'],
      [2, 201],
    ])
  } finally {
    vi.useRealTimers()
    await never.stop()
  }
}, 90_000)

it('gives an answer that can be carried, however much is wrong', async () => {
  const small = await serve(() => ({ pageBytes: 20_000 }))
  try {
    const line = JSON.stringify(put('/actors/odd', { ...person, names: Array.from({ length: 2_000 }, () => 1) }))
    const { text } = await small.ask('POST', '/imports', { headers: ndjson, body: `${line}\n`.repeat(10) })
    expect(Buffer.byteLength(text)).toBeLessThan(25_000)
    for (const answer of text.trimEnd().split('\n')) {
      const { problem } = JSON.parse(answer) as ImportAnswer
      expect(problem?.errors?.length).toBeGreaterThan(5)
      expect((problem?.errors?.length ?? 0) + Number(problem?.omitted)).toBeGreaterThanOrEqual(2_000)
    }
  } finally {
    await small.stop()
  }
})
