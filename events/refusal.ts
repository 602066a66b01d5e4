/**
 * The rules that say no, by code. Each has a page in `docs/problems/<code>.md`; what a code means in HTTP is
 * decided in `functions/api/problem.ts` alone.
 */
export const refusalCodes = [
  /** Told differently from what is on record under the same id; `facts.differences` says where. */
  'already-recorded',
  'document-not-recorded',
  'actor-not-registered',
  'statement-not-recorded',
  'mission-not-opened',
  'membership-not-recorded',
  'report-not-recorded',
  'lesson-not-recorded',
  'claim-not-recorded',
  'dispute-not-recorded',
  /** A withdrawal where no retraction stands. */
  'not-retracted',
  /** A correction that would leave everything as it is. */
  'nothing-to-correct',
  /** A revision that was not made from the present version; `facts.expected` and `facts.actual` say which. */
  'version-conflict',
  /** Merged already; `facts.into` says into whom. */
  'actor-merged',
  'actor-not-merged',
  'mission-closed',
  'mission-not-closed',
  /** What it is about is withheld by law; `facts.withheld` has the versions of events that may be meant. */
  'withheld',
  'event-not-recorded',
  /** Of an event that says that another is withheld. */
  'withholding-stays',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** A rule says no. `facts` is plain JSON that the caller may see. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly facts: Readonly<Record<string, unknown>>
  constructor(code: RefusalCode, facts: Readonly<Record<string, unknown>> = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

/** One wrong field. `pointer` is a JSON Pointer as a URI fragment (RFC 6901 §6): `#/fragments/0/selector`. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/** Fields are not as described, or say what cannot be: a selector off its words, a date that does not exist. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  readonly errors: readonly FieldError[]
  constructor(errors: readonly FieldError[]) {
    super(errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '))
    this.errors = errors
  }
}
