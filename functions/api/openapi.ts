import type { DescribeRouteOptions, ResponsesWithResolver } from 'hono-openapi'
import * as v from 'valibot'
import type { Scope } from '#functions/access/scopes.ts'
import { describeRoute, shapeOf } from './describe.ts'
import type { Tag } from './document.ts'
import { type ProblemCode, problemCodes } from './problems/codes.ts'
import { Written } from './written.ts'

type Responses = NonNullable<DescribeRouteOptions['responses']>
type Headers = Record<string, { description: string; required?: boolean; schema: { type: 'string' | 'integer' } }>

const header = (description: string, required = true, type: 'string' | 'integer' = 'string') => ({
  description,
  required,
  schema: { type },
})

/** Headers of answers, by what they are for. */
export const headers = {
  etag: { ETag: header('Tag of this very answer: `If-None-Match` takes it.') },
  version: { ETag: header('The version, quoted: `"3"`. `If-None-Match` and `If-Match` take it.') },
  versionAndText: {
    ETag: header(
      'The version, quoted: `"3"`, or `"3-text"` while the text is held. `If-None-Match` and `If-Match` take both.',
    ),
  },
  waited: { 'Preference-Applied': header('`wait`, where `position` is answered.', false) },
  location: { Location: header('Path of the resource.') },
  described: { Link: header('`rel="service-desc"` and `rel="service-doc"` (RFC 8631): where this API is described.') },
  link: { Link: header('`<…>; rel="next"`: the next page, where there is one.', false) },
} satisfies Record<string, Headers>

/** An answer in JSON. */
export const json = (
  description: string,
  schema: v.GenericSchema,
  ...sets: Headers[]
): ResponsesWithResolver[string] => ({
  description,
  content: { 'application/json': { schema: shapeOf(schema) } },
  ...(sets.length > 0 ? { headers: Object.assign({}, ...sets) } : {}),
})

/** The same for programs and as a page for readers. */
export const jsonOrPage = (description: string, schema: v.GenericSchema, ...sets: Headers[]): Responses[string] => ({
  description,
  content: { 'application/json': { schema: shapeOf(schema) }, 'text/html': { schema: { type: 'string' } } },
  ...(sets.length > 0 ? { headers: Object.assign({}, ...sets) } : {}),
})

/** The same as JSON and as a text. */
export const jsonOrText = (description: string, schema: v.GenericSchema, ...sets: Headers[]): Responses[string] => ({
  description,
  content: { 'application/json': { schema: shapeOf(schema) }, 'text/plain': { schema: { type: 'string' } } },
  ...(sets.length > 0 ? { headers: Object.assign({}, ...sets) } : {}),
})

/** A page, for readers alone. */
export const htmlPage = (description: string, ...sets: Headers[]): Responses[string] => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
  ...(sets.length > 0 ? { headers: Object.assign({}, ...sets) } : {}),
})

/** An answer in plain text. */
export const plainText = (description: string, ...sets: Headers[]): Responses[string] => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
  ...(sets.length > 0 ? { headers: Object.assign({}, ...sets) } : {}),
})

/** An answer in bytes. */
export const octets = (description: string, ...sets: Headers[]): Responses[string] => ({
  description,
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  ...(sets.length > 0 ? { headers: Object.assign({}, ...sets) } : {}),
})

/** A page of what one stream has, in its order. */
export const streamPageOf = (item: v.GenericSchema) =>
  v.strictObject({
    items: v.array(item),
    next: v.pipe(
      v.nullable(v.string()),
      v.description(
        'What to give as `cursor` for the next page. Only null ends a list: a page may be short, or empty.',
      ),
    ),
  })

/** Of what is read from rows. */
export const PositionView = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.description('How far the list has come: every event of the log before this position is in it'),
)

/** A page of a list. */
export const pageOf = (item: v.GenericSchema) =>
  v.strictObject({
    ...streamPageOf(item).entries,
    position: PositionView,
  })

/** `304`: the caller has this answer. */
export const unchanged = {
  304: { description: 'Unchanged since the answer that `If-None-Match` names.', headers: headers.etag },
}

/** The same of a page of a list. */
export const unchangedPage = { 304: { ...unchanged[304], headers: { ...headers.etag, ...headers.link } } }

/** The problems that a route may answer, by status; those of every route are added to them. */
export function problems(...codes: ProblemCode[]): Responses {
  const byStatus = Map.groupBy([...codes, ...anywhere], (code) => problemCodes[code].status)
  const responses: Responses = { 500: problem('An error of ours; `instance` finds it in the log.', ['about:blank']) }
  for (const [status, those] of byStatus) {
    const types = those.map((code) => `/problems/${code}`)
    responses[status] = problem(those.map((code) => problemCodes[code].title).join(', or: '), types, special[status])
  }
  return responses
}

const anywhere = ['unavailable'] as const
const special: Partial<Record<number, Headers>> = {
  401: { 'WWW-Authenticate': header('`Bearer`, and what is wrong with the key.') },
  403: { 'WWW-Authenticate': header('`Bearer`, and the scope that is needed.') },
  415: { 'Accept-Post': header('The media type that is taken.') },
  503: { 'Retry-After': header('Seconds to wait before the same request.', true, 'integer') },
}

const problem = (description: string, types: string[], headers?: Headers): Responses[string] => ({
  description,
  content: {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: '#/components/schemas/Problem' }],
        properties: { type: { type: 'string', enum: types } },
      },
    },
  },
  ...(headers ? { headers } : {}),
})

/** What every write may answer beside its own refusals. */
const writeProblems = [
  'malformed-body',
  'invalid-header',
  'key-required',
  'unknown-key',
  'scope-required',
  'already-recorded',
  'withheld',
  'version-conflict',
  'body-too-large',
  'unsupported-media-type',
  'invalid-input',
  'idempotency-key-reused',
  'contended',
] as const satisfies ProblemCode[]

/** A key with one of the scopes. */
export const needs = (...scopes: Scope[]) => scopes.map((scope) => ({ key: [scope] }))

const text = { type: 'string' } as const

/** Headers that every write takes. */
const writeHeaders: NonNullable<DescribeRouteOptions['parameters']> = [
  {
    in: 'header',
    name: 'Idempotency-Key',
    description:
      'Names this command, so that it is recognized when it is sent again: 1 to 128 printable ASCII characters.',
    schema: { ...text, pattern: '^[\\x20-\\x7e]{1,128}$' },
  },
  {
    in: 'header',
    name: 'If-Match',
    description: 'The `ETag` that the change is made from: if it is not the latest any more, nothing is recorded.',
    schema: { ...text, pattern: '^(W/)?"[1-9][0-9]*(-text)?(-html)?"$' },
  },
  {
    in: 'header',
    name: 'Prefer',
    description:
      '`wait=5` (RFC 7240): answer once every list shows what was recorded, with its `position`, and after 5 seconds at most. A longer wait is cut to that; other preferences are ignored.',
    schema: text,
  },
]

/** What there is to say of one write. */
interface Write {
  readonly operationId: string
  readonly summary: string
  readonly tag: Tag
  /** One of these, by what the request says. */
  readonly scopes: readonly Scope[]
  /** What it may say no with, beside what every write may. */
  readonly refusals?: readonly ProblemCode[]
}

/** Describes a write: told again it is `200`, with the same answer. */
export const describeWrite = ({ operationId, summary, tag, scopes, refusals = [] }: Write) =>
  describeRoute({
    operationId,
    summary,
    tags: [tag],
    security: needs(...scopes),
    parameters: writeHeaders,
    responses: {
      201: json('Recorded', Written, headers.version, headers.location, headers.waited),
      200: json('On record already', Written, headers.version, headers.location, headers.waited),
      ...problems(...writeProblems, ...refusals),
    },
  })
