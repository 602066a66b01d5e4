import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { witnessedItem } from '#functions/store/witness-item.ts'
import { otherStatementId, recordGround, recordOther, statementPath } from './fixtures.ts'
import { freshOf } from './fresh.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

/*
 * What HTTP asks of every route, whichever there are: the walk is over the routes of /openapi.json.
 */

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
  for (const { method, path, json } of writes) expect((await ask(method, path, { json })).status).toBe(201)
  await served.settle()
  // As it stands where all witnesses have signed.
  const { engine, tables, deps } = served
  const Item = witnessedItem((await deps.log.checkpoint()) ?? expect.fail('Nothing is signed'))
  await engine.client().send(new PutItemCommand({ TableName: tables.log, Item }))
})
afterAll(() => served.stop())

/** What stands in a path. */
const ids: Record<string, string> = {
  documentId: 'bulletin-2031-02-14',
  actorId: 'mira-kovan',
  statementId: otherStatementId,
  missionId: 'harbour-watch',
  code: 'not-found',
  level: '0',
  n: '000.p/1',
}
/** What has to be asked with, by operation. */
const queries: Record<string, string> = {
  resolveMention: '?mention=Kovan',
  listTies: '?of=mira-kovan',
  proveInclusion: '?position=0',
  proveConsistency: '?from=1',
}
/** Answers that change by themselves: nobody keeps them, so they have no tag. */
const untagged = new Set(['getHealth'])
/** Answers that may be kept without being asked about. */
const forever = 'public, max-age=31536000, immutable'
const kept: Record<string, string> = {
  getCheckpoint: 'max-age=2',
  getWitnessedCheckpoint: 'max-age=2',
  getTile: forever,
  getEntries: forever,
}

interface Read {
  readonly operation: string
  readonly path: string
  readonly as: readonly ('read-text' | 'read')[] | null
}

/** Every read. */
const reads = (): Read[] =>
  Object.entries(served.described.document.paths).flatMap(([template, { get }]) => {
    if (!get) return []
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? expect.fail(`Which ${name}?`))
    const as = get.security ? (['read-text'] as const) : null
    return [{ operation: get.operationId, path: `${path}${queries[get.operationId] ?? ''}`, as }]
  })

const walk = async (check: (read: Read, answer: Awaited<ReturnType<typeof ask>>) => Promise<void>) => {
  let walked = 0
  for (const read of reads()) {
    const answer = await ask('GET', read.path, { as: read.as })
    expect([read.operation, answer.status, answer.text.slice(0, 200)]).toEqual([read.operation, 200, expect.anything()])
    await check(read, answer)
    walked++
  }
  expect(walked).toBeGreaterThan(20)
}

describe('every read', () => {
  it('has a tag and says how long it may be kept', () =>
    walk(async ({ operation, as }, { headers }) => {
      const expected = untagged.has(operation)
        ? 'no-store'
        : (kept[operation] ?? (as ? 'private, no-cache' : 'no-cache'))
      expect([operation, headers.get('Cache-Control')]).toEqual([operation, expected])
      expect([operation, headers.get('ETag')]).toEqual([
        operation,
        untagged.has(operation) ? null : expect.stringMatching(/^(W\/)?"[\w-]+"$/),
      ])
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    }))

  it('is 304, with what a cache needs and without a body, to one who has it', () =>
    walk(async ({ operation, path, as }, { headers }) => {
      const tag = headers.get('ETag')
      if (tag === null) return
      const known = { as, headers: { 'If-None-Match': `"other", W/${tag.replace('W/', '')}` } }
      for (const method of ['GET', 'HEAD']) {
        const again = await ask(method, path, known)
        expect([operation, method, again.status, again.text]).toEqual([operation, method, 304, ''])
        for (const name of ['ETag', 'Cache-Control', 'Vary', 'Link']) {
          expect([operation, name, again.headers.get(name)]).toEqual([operation, name, headers.get(name)])
        }
      }
    }))

  it('answers HEAD as GET, without the body', () =>
    walk(async ({ operation, path, as }, { headers }) => {
      const { status, text, headers: alone } = await ask('HEAD', path, { as })
      expect([operation, status, text]).toEqual([operation, 200, ''])
      for (const name of ['ETag', 'Cache-Control', 'Content-Type', 'Vary', 'Link']) {
        expect([operation, name, alone.get(name)]).toEqual([operation, name, headers.get(name)])
      }
    }))

  it('may be read by anyone’s page, which sees tag and link', () =>
    walk(async ({ operation, path }) => {
      const origin = { Origin: 'https://example.org' }
      const { headers } = await ask('GET', path, { headers: origin })
      expect([operation, headers.get('Access-Control-Allow-Origin')]).toEqual([operation, '*'])
      expect(headers.get('Access-Control-Expose-Headers')).toBe('ETag,Link')
      expect(headers.has('Access-Control-Allow-Credentials')).toBe(false)
      const preflight = await ask('OPTIONS', path, {
        undescribed: true,
        headers: {
          ...origin,
          'Access-Control-Request-Method': 'GET',
          'Access-Control-Request-Headers': 'if-none-match',
        },
      })
      expect([operation, preflight.status]).toEqual([operation, 204])
      expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('GET,HEAD')
    }))

  it('refuses a parameter that it does not know, by name', () =>
    walk(async ({ operation, path, as }) => {
      const { status, body } = await ask('GET', `${path}${path.includes('?') ? '&' : '?'}colour=red`, { as })
      expect([operation, status]).toEqual([operation, 422])
      expect(body.errors).toContainEqual({ parameter: 'colour', detail: expect.stringContaining('is not known') })
    }))

  it('has no body that is not described for a method that it does not take', async () => {
    for (const { operation, path } of reads()) {
      const { status, headers, body } = await ask('PATCH', path, { undescribed: true })
      expect([operation, status, body?.type]).toEqual([operation, 405, '/problems/method-not-allowed'])
      expect(headers.get('Allow')?.split(', ')).toContain('GET')
    }
  })
})

describe('every list', () => {
  it('is read on by its link, which keeps what was asked', async () => {
    let lists = 0
    await walk(async ({ operation, path, as }, { body }) => {
      if (!Array.isArray(body?.items) || body.items.length < 2 || operation === 'listProblems') return
      const page = await ask('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1`, { as })
      expect([operation, page.status]).toEqual([operation, 200])
      const link = /^<(\/[^>]+)>; rel="next"$/.exec(page.headers.get('Link') ?? '')?.[1]
      expect([operation, link]).toEqual([operation, expect.stringContaining('limit=1')])
      expect([operation, (await ask('GET', link ?? '', { as })).status]).toEqual([operation, 200])
      lists++
    })
    expect(lists).toBeGreaterThanOrEqual(5)
  })
})

describe('every write', () => {
  it('is a write of the walk', () => {
    const described = Object.values(served.described.document.paths).flatMap((methods) =>
      Object.entries(methods).flatMap(([method, { operationId }]) =>
        method === 'put' || method === 'post' ? [operationId] : [],
      ),
    )
    // An import is none to any stream: each of its lines is one, with an If-Match of its own.
    expect([...writes.map(({ operation }) => operation), 'importLines'].sort()).toEqual(described.sort())
  })

  it.each(writes)('$operation is not made from a version that is behind, and is from the latest', async (write) => {
    const { method } = write
    const { path = write.path, one, before = [] } = freshOf(write.operation)
    for (const [address, json] of before) expect([201, 409]).toContain((await ask('POST', address, { json })).status) // or it is so already
    const behind = await ask(method, path, { json: one, headers: { 'If-Match': '"9999"' } })
    expect([behind.status, behind.body.type]).toEqual([412, '/problems/version-conflict'])
    expect(behind.body.expected).toBe(9999)
    const at = behind.body.actual
    if (at === undefined || at === 0) return // there is nothing yet to make it from
    const taken = await ask(method, path, { json: one, headers: { 'If-Match': `W/"${at}"` } })
    expect([taken.status, taken.body]).toEqual([201, { id: expect.any(String), version: at + 1 }])
  })

  it.each(writes)('$operation is nothing for anyone’s page', async ({ method, path, json }) => {
    const origin = { Origin: 'https://example.org' }
    const preflight = await ask('OPTIONS', path, {
      undescribed: true,
      headers: {
        ...origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization',
      },
    })
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('GET,HEAD')
    const { headers } = await ask(method, path, { json, as: null, headers: origin })
    expect(headers.has('Access-Control-Allow-Origin')).toBe(false)
  })

  it('has an answer that nobody keeps, with the resource’s address', async () => {
    for (const { operation, method, path, json } of writes) {
      const { status, headers } = await ask(method, path, { json })
      expect([operation, [200, 201].includes(status)]).toEqual([operation, true])
      expect([operation, headers.get('Cache-Control')]).toEqual([operation, 'no-store'])
      expect([operation, headers.get('Location')]).toEqual([operation, expect.stringMatching(/^\/\w+\/[a-z0-9-]+$/)])
    }
    expect(writes.map(({ path }) => path)).toContain(`${statementPath}/claims`)
  })
})
