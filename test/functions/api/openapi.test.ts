import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withNamedSchemas } from '#functions/api/named-schemas.ts'
import { isProblemCode } from '#functions/api/problems/codes.ts'
import type { Operation } from './described.ts'
import { type Served, serve } from './served.ts'
import { writes } from './writes.ts'

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.stop())

const operations = (): (Operation & { at: string; write: boolean })[] =>
  Object.entries(served.described.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      at: `${method.toUpperCase()} ${path}`,
      write: method === 'put' || method === 'post',
    })),
  )

it('describes every route that answers, as OpenAPI 3.1', () => {
  expect(served.described.document.openapi).toBe('3.1.0')
  expect(
    operations()
      .map(({ at }) => at)
      .sort(),
  ).toEqual(
    [
      'DELETE /documents/{documentId}/text',
      'GET /',
      'GET /actors',
      'GET /actors/resolve',
      'GET /actors/{actorId}',
      'GET /actors/{actorId}/claims',
      'GET /actors/{actorId}/history',
      'GET /actors/{actorId}/merged',
      'GET /actors/{actorId}/statements',
      'GET /documents/{documentId}',
      'GET /documents/{documentId}/history',
      'GET /documents/{documentId}/revisions',
      'GET /documents/{documentId}/text',
      'GET /docs',
      'GET /events',
      'GET /healthz',
      'GET /missions',
      'GET /missions/{missionId}',
      'GET /missions/{missionId}/history',
      'GET /missions/{missionId}/contingents',
      'GET /openapi.json',
      'GET /problems',
      'GET /problems/{code}',
      'GET /statements',
      'GET /statements/{statementId}',
      'GET /statements/{statementId}/backlinks',
      'GET /statements/{statementId}/history',
      'GET /statements/{statementId}/revisions',
      'GET /checkpoint',
      'GET /checkpoint/witnessed',
      'GET /log/key',
      'GET /tile/entries/{n}',
      'GET /tile/{level}/{n}',
      'GET /proofs/inclusion',
      'GET /proofs/consistency',
      'GET /documents/{documentId}/proof',
      'GET /actors/{actorId}/proof',
      'GET /statements/{statementId}/proof',
      'GET /missions/{missionId}/proof',
      'GET /ties',
      'POST /actors/{actorId}/memberships',
      'POST /actors/{actorId}/memberships/{membershipId}/corrections',
      'POST /actors/{actorId}/merge',
      'POST /actors/{actorId}/merge/withdrawal',
      'POST /events/{streamId}/{version}/withholding',
      'POST /imports',
      'POST /log/keys',
      'POST /missions',
      'POST /missions/{missionId}/closure',
      'POST /missions/{missionId}/closure/withdrawal',
      'POST /missions/{missionId}/contingents',
      'POST /missions/{missionId}/contingents/{reportId}/retraction',
      'POST /missions/{missionId}/corrections',
      'POST /missions/{missionId}/lessons',
      'POST /missions/{missionId}/lessons/{lessonId}/retraction',
      'POST /missions/{missionId}/phases',
      'POST /missions/{missionId}/phases/{reportId}/retraction',
      'POST /statements',
      'POST /statements/{statementId}/claims',
      'POST /statements/{statementId}/claims/{claimId}/withdrawal',
      'POST /statements/{statementId}/corrections',
      'POST /statements/{statementId}/disputes',
      'POST /statements/{statementId}/disputes/{disputeId}/settlement',
      'POST /statements/{statementId}/links',
      'POST /statements/{statementId}/retraction',
      'POST /statements/{statementId}/retraction/withdrawal',
      'POST /statements/{statementId}/sources',
      'POST /statements/{statementId}/translations',
      'PUT /actors/{actorId}',
      'PUT /documents/{documentId}',
    ].sort(),
  )
  const ids = operations().map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

it('describes each parameter of a path, and the headers of a write', () => {
  for (const { at, parameters = [], write } of operations()) {
    const named = (place: string) => parameters.filter((one) => one.in === place).map(({ name }) => name)
    expect(named('path')).toEqual([...at.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    expect(named('header')).toEqual(write && at !== 'POST /imports' ? ['Idempotency-Key', 'If-Match', 'Prefer'] : [])
  }
})

it('names the scopes of each route that needs a key, and only of those', () => {
  expect(Object.keys(served.described.document.components.securitySchemes)).toEqual(['key'])
  for (const { operationId, security, responses } of operations()) {
    expect([operationId, security !== undefined]).toEqual([operationId, '401' in responses && '403' in responses])
  }
  const scopes = Object.fromEntries(
    operations().flatMap(({ operationId, security }) =>
      security ? [[operationId, security.flatMap(({ key }) => key)]] : [],
    ),
  )
  expect(scopes).toEqual({
    recordDocument: ['record', 'revise'],
    registerActor: ['record', 'revise'],
    recordMembership: ['record'],
    correctMembership: ['revise'],
    mergeActor: ['revise'],
    undoMerge: ['revise'],
    addLogKey: ['admin'],
    withholdPayload: ['admin'],
    recordStatement: ['record'],
    correctStatement: ['revise'],
    addTranslation: ['record'],
    addSource: ['record'],
    linkStatement: ['record'],
    readClaim: ['record'],
    withdrawClaim: ['revise'],
    disputeStatement: ['revise'],
    settleDispute: ['revise'],
    retractStatement: ['retract'],
    withdrawRetraction: ['retract'],
    openMission: ['record'],
    recordPhase: ['record'],
    recordContingent: ['record'],
    recordLesson: ['record'],
    correctMission: ['revise'],
    retractPhase: ['retract'],
    retractContingent: ['retract'],
    retractLesson: ['retract'],
    closeMission: ['revise'],
    reopenMission: ['revise'],
    importLines: ['record', 'revise', 'retract'],
    getDocumentText: ['read-text'],
    deleteDocumentText: ['admin'],
  })
})

it('says no in one way: as a problem', () => {
  for (const { operationId, responses } of operations()) {
    for (const [status, { content = {} }] of Object.entries(responses)) {
      if (Number(status) < 400) continue
      expect([operationId, status, Object.keys(content)]).toEqual([operationId, status, ['application/problem+json']])
    }
  }
})

it('knows a page for every problem that it names', () => {
  const types = operations().flatMap(({ responses }) =>
    Object.values(responses).flatMap(({ content }) => {
      const schema = content?.['application/problem+json']?.schema as
        | { properties: { type: { enum: string[] } } }
        | undefined
      return schema?.properties.type.enum ?? []
    }),
  )
  expect(types.length).toBeGreaterThan(400)
  for (const type of new Set(types)) {
    expect(type === 'about:blank' || isProblemCode(type.slice('/problems/'.length))).toBe(true)
  }
})

it('describes the body of each write so that what is taken is valid, and what is not known is not', () => {
  const { document } = served.described
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'https://described.test/', components: document.components })
  const bodied = operations().filter(({ write }) => write)
  for (const { operation, json } of writes) {
    const schema = bodied.find(({ operationId }) => operationId === operation)?.requestBody?.content['application/json']
      ?.schema
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"https://described.test/#/components/')
    const check = ajv.compile(JSON.parse(text))
    expect(check(json)).toBe(true)
    expect(check({ ...json, colour: 'red' })).toBe(false)
    expect(check([])).toBe(false)
  }
})

describe('schemas with a title', () => {
  const doc = (...schemas: object[]) => ({ components: { schemas: { Kept: {} } }, paths: schemas }) as const
  const dating = { title: 'Dating', type: 'object' }

  it('stand once, by name', () => {
    expect(withNamedSchemas(doc({ a: dating }, { b: [dating] }))).toEqual({
      components: { schemas: { Kept: {}, Dating: dating } },
      paths: [{ a: { $ref: '#/components/schemas/Dating' } }, { b: [{ $ref: '#/components/schemas/Dating' }] }],
    })
  })

  it('refer to one another by name', () => {
    const span = { title: 'Span', type: 'object', properties: { on: dating } }
    expect(withNamedSchemas(doc(span)).components.schemas).toEqual({
      Kept: {},
      Dating: dating,
      Span: { ...span, properties: { on: { $ref: '#/components/schemas/Dating' } } },
    })
  })

  it('keep what is said of one use beside it', () => {
    const [said, other] = [
      { ...dating, description: 'When it was said' },
      { ...dating, description: 'When it began' },
    ]
    expect(withNamedSchemas(doc(said, said)).components.schemas).toMatchObject({ Dating: said })
    const both = withNamedSchemas(doc(said, other))
    expect(both.components.schemas).toEqual({ Kept: {}, Dating: dating })
    expect(both.paths).toEqual([
      { $ref: '#/components/schemas/Dating', description: 'When it was said' },
      { $ref: '#/components/schemas/Dating', description: 'When it began' },
    ])
  })

  it('stay where they are when the name is another’s, or is none', () => {
    const odd = [{ ...dating, type: 'string' }, { title: 'not a name', type: 'string' }, { title: 'Rapporteur' }]
    expect(withNamedSchemas(doc(dating, ...odd)).paths.slice(1)).toEqual(odd)
  })
})
