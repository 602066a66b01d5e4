import type { Known, Reference } from './decide.ts'
import type { Evidence } from './evidence.ts'
import { standNowhere, toGrounds, ungrounded, withRevisions } from './grounds.ts'
import { pointer } from './pointer.ts'
import { missing, type Path } from './references.ts'
import type { FieldError } from './refusal.ts'
import { type Replaces, replaced } from './replaces.ts'
import type { Place } from './resolve.ts'
import { refuseIfAny } from './validate.ts'

/** Something that rests on evidence, and its correction. */
export interface Amendment<Data> {
  /** As it stands; none of it where it is not known yet. */
  readonly current: Partial<Data>
  readonly replaces: Replaces<Data>
  /** The streams that its members refer to, its evidence left out. */
  readonly referred: (members: Partial<Data>, ...path: Path) => Reference[]
  /** The selectors in its members, its evidence left out. */
  readonly places: (members: Partial<Data>, ...path: Path) => Place[]
}

interface Grounded {
  readonly evidence?: readonly Evidence[]
}

/** The streams that a correction refers to: what it brings, and the documents that its selectors are looked for in. */
export function amendmentReferences<Data extends Grounded>(amendment: Amendment<Data>): Reference[] {
  const { members, brought, kept, evidence } = workOut(amendment)
  const resolves = brought.length > 0 || kept.length > 0
  const grounds = members.evidence
    ? toGrounds(members.evidence, resolves, 'replaces', 'evidence')
    : toGrounds(resolves ? evidence : [], resolves).map((reference) => ({ ...reference, pointer: pointer('replaces') }))
  return [...amendment.referred(members, 'replaces'), ...grounds]
}

/**
 * What it replaces, with the revisions that new evidence was read from.
 * @throws {InvalidInput} a reference that is not on record, a revision that is none, a selector off its words
 */
export function amended<Data extends Grounded>(amendment: Amendment<Data>, known: Known): Replaces<Data> {
  const { members, brought, kept, evidence } = workOut(amendment)
  refuseIfAny([
    ...missing(amendmentReferences(amendment), known),
    ...ungrounded(members.evidence ?? [], known, 'replaces', 'evidence'),
    ...standNowhere(brought, evidence, known),
    ...standNowhere(kept, evidence, known).map(leftAsItIs),
  ])
  const { replaces } = amendment
  return members.evidence ? { ...replaces, evidence: withRevisions(members.evidence, known) } : replaces
}

/** In other evidence every selector is looked for anew; those that the correction does not bring are its fault too. */
function workOut<Data extends Grounded>({ current, replaces, places }: Amendment<Data>) {
  const members = replaced<Partial<Data>>({}, replaces as Replaces<Partial<Data>>)
  const others = Object.fromEntries(Object.entries(current).filter(([key]) => !Object.hasOwn(replaces, key)))
  const moved = Object.hasOwn(replaces, 'evidence')
  return {
    members,
    brought: places(members, 'replaces'),
    kept: moved ? places(others as Partial<Data>) : [],
    evidence: moved ? (members.evidence ?? []) : (current.evidence ?? []),
  }
}

const leftAsItIs = ({ pointer: field, detail }: FieldError): FieldError => ({
  pointer: pointer('replaces'),
  detail: `leaves ${field} as it is, which then ${detail}`,
})
