import { amended } from '../amend.ts'
import type { Decide, Decision, Known } from '../decide.ts'
import { standNowhere, ungrounded, withRevisions } from '../grounds.ts'
import { amendedBy } from '../item.ts'
import { own } from '../own.ts'
import { periodErrors } from '../period.ts'
import { pointer } from '../pointer.ts'
import { missing } from '../references.ts'
import { type FieldError, Refusal } from '../refusal.ts'
import { toldFrom } from '../revising.ts'
import { already, once, toldDifferently, unlessTold } from '../told.ts'
import { parseBody, refuseIfAny } from '../validate.ts'
import type { ActorCommand, RecordMembership } from './commands.ts'
import type { ActorEvent } from './events.ts'
import { type Actor, currentActor } from './fold.ts'
import { MembershipCorrected } from './membership.ts'
import { actorReferences, currentMembership, membershipAmendment, placesOf } from './references.ts'

/** What is filled in here when a request does not say it, in each piece of evidence. */
const filledIn = ['documentSha256']

/**
 * An actor is registered once, and from then on revised from the version that was read. A merge leads to another actor
 * and rewrites nothing, so what is told of a merged actor is still recorded. Two merges at once can make a loop that no
 * stream sees: readers settle it.
 * @throws {Refusal} `already-recorded` with the differences, `version-conflict`, `actor-not-registered`,
 *   `membership-not-recorded`, `nothing-to-correct`, `actor-merged`, `actor-not-merged`
 * @throws {InvalidInput} a reference that is not on record, a revision that is none, a selector off its words, a role
 *   that ends before it begins, a merge into itself, or into
 *   one that is merged into it
 */
export const decideActor: Decide<Actor, ActorCommand, ActorEvent> = (command, state, known) => {
  if (command.type === 'RegisterActor') {
    return once(state.registered, command.data, [], () => ({ type: 'ActorRegistered', data: command.data }))
  }
  if (command.type === 'ReviseActor') return revise(command.data, state)
  if (!state.registered) throw new Refusal('actor-not-registered')
  switch (command.type) {
    case 'RecordMembership': {
      const found = own(state.memberships, command.data.membershipId)
      return once(found, command.data, filledIn, () => {
        return { type: 'MembershipRecorded', data: recordable(command, state, known) }
      })
    }
    case 'CorrectMembership':
      return correct(command.data, state, known)
    case 'MergeActor': {
      const { actorId } = state.registered.data
      return unlessTold(state.merges, command.data, [], () => {
        if (state.merged) throw new Refusal('actor-merged', { into: state.merged.data.into })
        const { into } = command.data
        refuseIfAny([...missing(actorReferences(command, state), known), ...leadsBack(actorId, into, known)])
        return { type: 'ActorsMerged', data: command.data }
      })
    }
    case 'UndoMerge':
      return unlessTold(state.undone, command.data, [], () => {
        if (!state.merged) throw new Refusal('actor-not-merged')
        return { type: 'MergeUndone', data: command.data }
      })
  }
}

/** A merge that would lead around: into the actor itself, or into one that is merged into it, through others or not. */
function leadsBack(actorId: string, into: string, { merges = {} }: Known): FieldError[] {
  if (into === actorId) return [{ pointer: pointer('into'), detail: 'is the actor itself' }]
  const passed = new Set<string>() // a loop of others, made by two merges at once
  for (let next = own(merges, into); next !== undefined && !passed.has(next); next = own(merges, next)) {
    if (next === actorId) return [{ pointer: pointer('into'), detail: 'is merged into the actor itself' }]
    passed.add(next)
  }
  return []
}

function revise(
  { from, ...data }: (ActorCommand & { type: 'ReviseActor' })['data'],
  { registered, revisions, version }: Actor,
): Decision<ActorEvent> {
  const told = toldFrom(from, version, revisions, (revision) => toldDifferently(revision.data, data).length === 0)
  if (told) return already(told)
  const present = revisions.at(-1) ?? registered
  const { actorId: _, ...who } = registered ? currentActor(registered, revisions) : { actorId: '' }
  if (present && toldDifferently(who, data).length === 0) return already(present)
  return { events: [{ type: 'ActorRevised', data }] }
}

function recordable(command: { type: 'RecordMembership'; data: RecordMembership }, state: Actor, known: Known) {
  const { data } = command
  refuseIfAny([
    ...missing(actorReferences(command, state), known),
    ...ungrounded(data.evidence, known, 'evidence'),
    ...standNowhere(placesOf(data), data.evidence, known),
  ])
  return { ...data, evidence: withRevisions(data.evidence, known) }
}

function correct(data: MembershipCorrected, state: Actor, known: Known): Decision<ActorEvent> {
  const membership = own(state.memberships, data.membershipId)
  if (!membership) throw new Refusal('membership-not-recorded')
  return unlessTold(membership.corrections ?? [], data, filledIn, () => {
    const replaces = amended(membershipAmendment(data, state), known)
    const corrected = parseBody(MembershipCorrected, { ...data, replaces })
    const before = currentMembership(membership)
    const after = amendedBy(before, corrected.replaces, { evidence: [] })
    refuseIfAny(periodErrors(after, 'start', 'end', corrected.replaces))
    if (toldDifferently(before, after).length === 0) throw new Refusal('nothing-to-correct')
    return { type: 'MembershipCorrected', data: corrected }
  })
}
