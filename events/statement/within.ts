import type { Known } from '../decide.ts'
import { own } from '../own.ts'
import { pointer } from '../pointer.ts'
import { notAsReadIn } from '../read-in.ts'
import type { Path } from '../references.ts'
import type { FieldError } from '../refusal.ts'
import type { Term } from '../term.ts'
import type { ClaimRead } from './claim.ts'
import type { StatementRecorded } from './events.ts'
import type { Statement } from './fold.ts'
import { statementId } from './id.ts'
import { placesOfClaim } from './places.ts'

type Fragments = Pick<StatementRecorded, 'fragments'>

/** What stands at `path` and is of a fragment that the statement, as it stands, does not have. */
export function notInFragments(
  { fragment }: { fragment: number },
  { fragments }: Fragments,
  ...path: Path
): FieldError[] {
  if (fragment < fragments.length) return []
  const detail = `names a fragment that is not there: the statement has ${fragments.length}, counted from 0`
  return [{ pointer: pointer(...path, 'fragment'), detail }]
}

/** A further source is another document than the one that the statement, as it stands, was read from. */
export const alreadyReadFrom = (documentId: string, current: StatementRecorded): FieldError[] =>
  documentId === current.documentId
    ? [{ pointer: pointer('documentId'), detail: 'is the document that the statement was read from' }]
    : []

/** A statement is linked to others. */
export const itself = (other: string, state: Statement): FieldError[] =>
  isItself(other, state) ? [{ pointer: pointer('statementId'), detail: 'is the statement itself' }] : []

/** What does not hold of a claim: a place beyond its words, a claim that is not there, a date off its words. */
export function notAClaim(claim: ClaimRead, state: Statement, current: StatementRecorded, known: Known): FieldError[] {
  const { documentId, documentSha256 } = current
  const readFrom = { documentId, ...(documentSha256 === undefined ? {} : { documentSha256 }) }
  return [
    ...notAnother(claim.subject, claim, state, 'subject'),
    ...notAnother(claim.object, claim, state, 'object'),
    ...notAsReadIn(readFrom, ['validOn', 'selector'], placesOfClaim(claim), known),
    ...beyondFragment(claim, current),
  ]
}

function beyondFragment({ evidence }: Pick<ClaimRead, 'evidence'>, current: Fragments): FieldError[] {
  const fragment = current.fragments[evidence.fragment]
  if (!fragment) return notInFragments(evidence, current, 'evidence')
  const length = [...fragment.text].length
  if (evidence.end <= length) return []
  const detail = `reaches beyond the fragment, which has ${length} code points`
  return [{ pointer: pointer('evidence', 'end'), detail }]
}

/** A claim of this statement is named once it is read; whether another statement has a claim is not looked up. */
function notAnother(
  term: Term,
  { claimId }: Pick<ClaimRead, 'claimId'>,
  state: Statement,
  ...path: Path
): FieldError[] {
  if (!('claimId' in term) || (term.statementId !== undefined && !isItself(term.statementId, state))) return []
  if (term.claimId === claimId) return [{ pointer: pointer(...path, 'claimId'), detail: 'is the claim itself' }]
  if (own(state.claims, term.claimId)) return []
  const detail = `names a claim that is not on record in this statement: ${term.claimId}`
  return [{ pointer: pointer(...path, 'claimId'), detail }]
}

const isItself = (other: string, { recorded }: Statement): boolean =>
  recorded !== undefined && other === statementId(recorded.data)
