import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  claim,
  contingent,
  dispute,
  lesson,
  membership,
  recordGround,
  recordOther,
  statement,
  statementPath,
  translation,
} from './fixtures.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
  for (const { method, path, json } of writes) await ask(method, path, { json })
})
afterAll(() => served.stop())

const mira = '/actors/mira-kovan'
const watch = '/missions/harbour-watch'
const backwards = { start: { edtf: '2031-02-12' }, end: { edtf: '2031-02-11' } }

describe('refers only to what is on record, and says only what can be', () => {
  it.each([
    [
      'an unknown organization of a role',
      `${mira}/memberships`,
      { ...membership, organization: 'nobody' },
      '#/organization',
    ],
    ['a role that ends before it begins', `${mira}/memberships`, { ...membership, ...backwards }, '#/end'],
    ['a merge into nobody', `${mira}/merge`, { into: 'nobody', reason: 'one' }, '#/into'],
    ['a merge into itself', `${mira}/merge`, { into: 'mira-kovan', reason: 'one' }, '#/into'],
    ['an unknown translator', `${statementPath}/translations`, { ...translation, by: 'nobody' }, '#/by'],
    [
      'a translation of a fragment that is not there',
      `${statementPath}/translations`,
      { ...translation, fragments: [{ fragment: 7, text: 'x' }] },
      '#/fragments/0/fragment',
    ],
    ['an unknown further source', `${statementPath}/sources`, { documentId: 'nothing' }, '#/documentId'],
    [
      'the same source as a further one',
      `${statementPath}/sources`,
      { documentId: statement.documentId },
      '#/documentId',
    ],
    ['a link to nothing', `${statementPath}/links`, { relation: 'repeats', statementId: 's-nothing' }, '#/statementId'],
    ['an unknown holder', `${statementPath}/claims`, { ...claim, holder: 'nobody' }, '#/holder'],
    [
      'a claim beyond its words',
      `${statementPath}/claims`,
      { ...claim, evidence: { fragment: 0, start: 0, end: 27 } },
      '#/evidence/end',
    ],
    ['an objection by nobody', `${statementPath}/disputes`, { ...dispute, by: 'nobody' }, '#/by'],
    [
      'a retraction that is nowhere on record',
      `${statementPath}/retraction`,
      { by: 'desk', reason: 'one', source: { documentId: 'nothing' } },
      '#/source/documentId',
    ],
    ['an unknown contributor', `${watch}/contingents`, { ...contingent, contributor: 'nobody' }, '#/contributor'],
    [
      'more at least than at most',
      `${watch}/contingents`,
      { ...contingent, personnel: { min: 61, max: 60 } },
      '#/personnel/min',
    ],
    ['a lesson of no statement', `${watch}/lessons`, { ...lesson, statementIds: ['s-nothing'] }, '#/statementIds/0'],
    [
      'a correction to what a mission does not have',
      `${watch}/corrections`,
      { reason: 'one', replaces: { phase: 'deployed' } },
      '#/replaces/phase',
    ],
    [
      'a correction to an unknown source',
      `${watch}/corrections`,
      { reason: 'one', replaces: { assertedBy: 'nobody' } },
      '#/replaces/assertedBy',
    ],
    ['an end on a day that is not', `${watch}/closure`, { reason: 'one', on: { edtf: '2031-02-30' } }, '#/on/edtf'],
    ['an unknown speaker', '/statements', { ...statement, speaker: { actorId: 'nobody' } }, '#/speaker/actorId'],
    ['an unknown document', '/statements', { ...statement, documentId: 'nothing' }, '#/documentId'],
    [
      'a selector that is off its words',
      '/statements',
      {
        ...statement,
        fragments: [{ mode: 'indirect', text: 'The harbour had been quiet', selector: { start: 1, end: 27 } }],
      },
      '#/fragments/0/selector',
    ],
  ])('refuses %s with 422, naming the field', async (_, path, json, pointer) => {
    const { status, body } = await ask('POST', path, { json })
    expect([status, body.type]).toEqual([422, '/problems/invalid-input'])
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })
})

it.each([
  [`${mira}/memberships/deputy/corrections`, { replaces: { role: 'Deputy Minister of Transport' } }],
  [`${watch}/corrections`, { replaces: { names: ['Harbour Watch'] } }],
  [`${watch}/corrections`, { lessonId: 'come-early', replaces: { status: 'to-be-learned' } }],
])('refuses a correction at %s that changes nothing: %j', async (path, json) => {
  const { status, body } = await ask('POST', path, { json: { ...json, reason: 'to be sure' } })
  expect([status, body.type]).toEqual([409, '/problems/nothing-to-correct'])
})

it('keeps a reportId for one report, be it of a phase or of a contingent', async () => {
  const { status, body } = await ask('POST', `${watch}/contingents`, {
    json: { ...contingent, reportId: 'bulletin-mandated' },
  })
  expect([status, body.type]).toEqual([409, '/problems/already-recorded'])
})

it('names every wrong field at once, also those it does not know', async () => {
  const { status, body } = await ask('POST', '/statements', {
    json: { documentId: 'Bulletin!', speaker: {}, fragments: [], mood: 'grave', weather: 'fair' },
  })
  expect(status).toBe(422)
  expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
    '#/documentId',
    '#/fragments',
    '#/mood',
    '#/speaker/actorId',
    '#/weather',
  ])
})

it('refuses lone surrogates and numbers that no reader holds, naming the field', async () => {
  const said = (text: string) =>
    ask('PUT', '/documents/odd', { body: text, headers: { 'Content-Type': 'application/json' } })
  for (const [text, pointer] of [
    ['{"title":"\\ud800"}', '#/title'],
    ['{"codePoints":9007199254740993}', '#/codePoints'],
    ['{"codePoints":1e400}', '#/codePoints'],
    ['{"codePoints":1.5}', '#/codePoints'],
  ] as const) {
    const { status, body } = await said(text)
    expect([status, body.errors[0].pointer]).toEqual([422, pointer])
  }
})

/** The ids in the path of a write, by name; but one that in its body is of something else, as in a link. */
function pathIds({ operation, path, json }: (typeof writes)[number]): [name: string, id: string][] {
  const [template = ''] =
    Object.entries(served.described.document.paths).find(([, methods]) =>
      Object.values(methods).some(({ operationId }) => operationId === operation),
    ) ?? []
  const ids = path.split('/')
  return template.split('/').flatMap((part, index): [string, string][] => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    return name && !Object.hasOwn(json, name) ? [[name, ids[index] ?? '']] : []
  })
}

it('lets each write repeat the ids of its path in its body, and contradict none', async () => {
  let found = 0
  for (const write of writes) {
    for (const [name, id] of pathIds(write)) {
      found++
      const { operation, method, path, json } = write
      const repeated = await ask(method, path, { json: { ...json, [name]: id } })
      expect([operation, name, repeated.status]).toEqual([operation, name, 200])
      const { status, body } = await ask(method, path, { json: { ...json, [name]: 'another' } })
      expect([operation, status, body.errors]).toEqual([
        operation,
        422,
        [{ pointer: `#/${name}`, detail: `is not "${id}", which the path names` }],
      ])
    }
  }
  expect(found).toBe(32)
})
