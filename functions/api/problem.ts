import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type FieldError, InvalidInput, Refusal } from '#events/refusal.ts'
import { maxMerged, TooManyMerged } from '#functions/projections/actors/merged.ts'
import { CursorExpired, InvalidCursor } from '#functions/projections/cursor.ts'
import { VersionConflict } from '#functions/store/event-store.ts'
import { Contended, IdempotencyKeyReused } from '#functions/store/handle.ts'
import { unanswered } from '#functions/store/unanswered.ts'
import { type ProblemCode, problemCodes } from './problems/codes.ts'
import { MalformedBody } from './strict-json.ts'

/** One wrong parameter of the query. */
export interface ParameterError {
  readonly parameter: string
  readonly detail: string
}

/** Members of a problem beside those of RFC 9457; all plain JSON that the caller may see. */
export interface ProblemFacts {
  readonly errors?: readonly (FieldError | ParameterError)[]
  /** JSON Pointers, as URI fragments, of the fields that differ from what is on record. */
  readonly differences?: readonly string[]
  readonly [name: string]: unknown
}

/** The body of an answer that says no: RFC 9457, `application/problem+json`. */
export interface ProblemBody extends ProblemFacts {
  /** Path of the page that says what happened and what to do; `about:blank` where the status says all. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  /** `urn:uuid:` and the id under which the request stands in the log. */
  readonly instance: string
}

/** What the API says no with. Errors of the domain and of the store become one in `problemOf`, and nowhere else. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly facts: ProblemFacts
  readonly headers: Readonly<Record<string, string>>
  constructor(
    code: ProblemCode,
    detail: string,
    facts: ProblemFacts = {},
    headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(detail, options)
    this.code = code
    this.facts = facts
    this.headers = headers
  }
}

/** Seconds after which a caller should send the request again. */
const retryAfter = (seconds: number) => ({ 'Retry-After': String(seconds) })

/** The problem that an error is to a caller; undefined for a bug of ours, of which a caller learns nothing. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof MalformedBody) return new Problem('malformed-body', error.message)
  if (error instanceof InvalidInput)
    return new Problem('invalid-input', summary(error.errors), { errors: error.errors })
  if (error instanceof Refusal) return new Problem(error.code, refused(error), error.facts)
  if (error instanceof IdempotencyKeyReused) {
    return new Problem('idempotency-key-reused', 'This Idempotency-Key came before, with another request.')
  }
  if (error instanceof InvalidCursor) {
    return invalidParameter('invalid-cursor', 'cursor', 'was not given by this list, or with other filters')
  }
  if (error instanceof CursorExpired) {
    return invalidParameter('cursor-expired', 'cursor', 'was given before this list was built anew')
  }
  if (error instanceof TooManyMerged) {
    return new Problem('too-many-merged', `More than ${maxMerged} actors are merged into ${error.actorId}.`, {
      actorId: error.actorId,
    })
  }
  if (error instanceof Contended) {
    return new Problem('contended', 'Others were faster each time. Nothing was recorded.', {}, retryAfter(1))
  }
  if (error instanceof VersionConflict) {
    const { expected, actual } = error
    return new Problem('version-conflict', behind({ expected, actual }), { expected, actual })
  }
  if (isUnavailable(error)) {
    return new Problem('unavailable', 'Please send the same request again.', {}, retryAfter(2), { cause: error })
  }
  return undefined
}

/** A problem with one parameter of the query. */
export const invalidParameter = (code: ProblemCode, parameter: string, detail: string) =>
  new Problem(code, `${parameter} ${detail}.`, { errors: [{ parameter, detail }] })

/** Status and body of a problem, or of a bug where there is none. */
export function problemBody(problem: Problem | undefined, requestId: string): [ProblemBody, ContentfulStatusCode] {
  const instance = `urn:uuid:${requestId}`
  if (!problem) return [{ type: 'about:blank', title: 'Internal Server Error', status: 500, instance }, 500]
  const { status, title } = problemCodes[problem.code]
  const type = `/problems/${problem.code}`
  const own = { type, title, status, detail: problem.message, instance }
  return [{ ...own, ...problem.facts, ...own }, status] // its own members come first, and no fact takes their place
}

function summary(errors: readonly FieldError[]): string {
  const [first] = errors
  if (!first) return 'A field is not as described.'
  const more = errors.length > 1 ? ` And ${errors.length - 1} more.` : ''
  return `${first.pointer} ${first.detail}.${more}`
}

function behind({ expected, actual }: { readonly expected?: unknown; readonly actual?: unknown }): string {
  return `If-Match asks for version ${expected}.${actual === undefined ? '' : ` It is at version ${actual}.`}`
}

function refused({ code, facts }: Refusal): string {
  const { differences } = facts
  if (code === 'already-recorded' && Array.isArray(differences)) return `It differs in ${differences.join(', ')}.`
  if (code === 'version-conflict') return behind(facts)
  return `${problemCodes[code].title}.`
}

/** What DynamoDB refuses for now, though it calls it the client's fault. */
const throttled = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
])

/** Whether an error of the SDK, or what caused it, says: not now. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof Error && (throttled.has(error.name) || unanswered(error) || isUnavailable(error.cause))
