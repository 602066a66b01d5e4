import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { RefusalCode } from '#events/refusal.ts'

/** What the API itself says no to; the domain's own codes come from `events/refusal.ts`. */
export type RequestCode =
  | 'malformed-body'
  | 'invalid-header'
  | 'key-required'
  | 'unknown-key'
  | 'scope-required'
  | 'not-found'
  | 'text-not-held'
  | 'log-not-begun'
  | 'method-not-allowed'
  | 'cursor-expired'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'invalid-input'
  | 'invalid-cursor'
  | 'too-many-merged'
  | 'idempotency-key-reused'
  | 'contended'
  | 'not-tried'
  | 'not-signed-yet'
  | 'unavailable'

export type ProblemCode = RefusalCode | RequestCode

/** What each code means in HTTP. A code without a status does not compile. */
export const problemCodes = {
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  'invalid-header': { status: 400, title: 'A header cannot be read' },
  'key-required': { status: 401, title: 'A key is needed' },
  'unknown-key': { status: 401, title: 'The key is not known' },
  'scope-required': { status: 403, title: 'The key may not do this' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'document-not-recorded': { status: 404, title: 'The document is not on record' },
  'actor-not-registered': { status: 404, title: 'The actor is not on record' },
  'statement-not-recorded': { status: 404, title: 'The statement is not on record' },
  'claim-not-recorded': { status: 404, title: 'The claim is not on record' },
  'dispute-not-recorded': { status: 404, title: 'The dispute is not on record' },
  'mission-not-opened': { status: 404, title: 'The mission is not on record' },
  'membership-not-recorded': { status: 404, title: 'The membership is not on record' },
  'report-not-recorded': { status: 404, title: 'The report is not on record' },
  'lesson-not-recorded': { status: 404, title: 'The lesson is not on record' },
  'event-not-recorded': { status: 404, title: 'The event is not on record' },
  'text-not-held': { status: 404, title: 'The text is not held' },
  'log-not-begun': { status: 404, title: 'Nothing in the log is signed yet' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'already-recorded': { status: 409, title: 'Already recorded, differently' },
  'not-retracted': { status: 409, title: 'There is no retraction to withdraw' },
  'nothing-to-correct': { status: 409, title: 'The correction changes nothing' },
  'actor-merged': { status: 409, title: 'The actor is merged into another' },
  'actor-not-merged': { status: 409, title: 'The actor is not merged' },
  'mission-closed': { status: 409, title: 'The mission is closed' },
  'mission-not-closed': { status: 409, title: 'The mission is not closed' },
  withheld: { status: 409, title: 'It is withheld by law' },
  'withholding-stays': { status: 409, title: 'A withholding is not withheld' },
  'cursor-expired': { status: 410, title: 'The cursor has expired' },
  'version-conflict': { status: 412, title: 'It has changed since it was read' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'invalid-input': { status: 422, title: 'The request says what cannot be taken' },
  'invalid-cursor': { status: 422, title: 'The cursor does not fit' },
  'too-many-merged': { status: 422, title: 'Too many actors are merged into this one' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for something else' },
  contended: { status: 503, title: 'Too many write here at once' },
  'not-tried': { status: 503, title: 'The line was not tried' },
  'not-signed-yet': { status: 503, title: 'What is recorded is not signed yet' },
  unavailable: { status: 503, title: 'A part of the record does not answer' },
} as const satisfies Record<ProblemCode, { status: ContentfulStatusCode; title: string }>

export const isProblemCode = (word: string): word is ProblemCode => Object.hasOwn(problemCodes, word)
