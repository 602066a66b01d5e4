import type { Decide, Decision, Known } from '../decide.ts'
import { standNowhere, ungrounded, withRevisions } from '../grounds.ts'
import type { Item } from '../item.ts'
import { own } from '../own.ts'
import { missing } from '../references.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import { unresolved } from '../resolve.ts'
import { once, unlessTold } from '../told.ts'
import { refuseIfAny } from '../validate.ts'
import type { MissionCommand } from './commands.ts'
import { correct } from './correct.ts'
import type { MissionEvent } from './events.ts'
import type { Mission } from './fold.ts'
import { type Members, placesOf } from './members.ts'
import { missionReferences } from './references.ts'

/** What is filled in here when a request does not say it, in each piece of evidence. */
const filledIn = ['documentSha256']

/**
 * Sources disagree: a phase out of order, or in contradiction to another report, is recorded and not refused. A closed
 * mission takes all that an open one takes, for sources report late and look back; it is only not closed again.
 * @throws {Refusal} `mission-not-opened`, `already-recorded` with the differences, `report-not-recorded`,
 *   `lesson-not-recorded`, `nothing-to-correct`, `mission-closed`, `mission-not-closed`
 * @throws {InvalidInput} a reference that is not on record, a revision that is none, a selector off its words, a
 *   correction of what the thing does not have, or after which it ends before it begins
 */
export const decideMission: Decide<Mission, MissionCommand, MissionEvent> = (command, state, known) => {
  const checked = <Data extends Members>(data: Data) => grounded(command, data, state, known)
  if (command.type === 'OpenMission') {
    const { data } = command
    return once(state.opened, data, filledIn, () => ({ type: 'MissionOpened', data: checked(data) }))
  }
  if (!state.opened) throw new Refusal('mission-not-opened')
  switch (command.type) {
    case 'RecordPhase': {
      const { data } = command
      return once(report(data, state), data, filledIn, () => ({ type: 'PhaseRecorded', data: checked(data) }))
    }
    case 'RecordContingent': {
      const { data } = command
      return once(report(data, state), data, filledIn, () => ({ type: 'ContingentRecorded', data: checked(data) }))
    }
    case 'RecordLesson': {
      const { data } = command
      const found = own(state.lessons, data.lessonId)
      return once(found, data, [], () => ({ type: 'LessonRecorded', data: checked(data) }))
    }
    case 'CorrectMission':
      return correct(command.data, state, known)
    case 'RetractPhase': {
      const { data } = command
      const found = own(state.phases, data.reportId)
      return retract(found, data, 'report-not-recorded', () => ({ type: 'PhaseRetracted', data }))
    }
    case 'RetractContingent': {
      const { data } = command
      const found = own(state.contingents, data.reportId)
      return retract(found, data, 'report-not-recorded', () => ({ type: 'ContingentRetracted', data }))
    }
    case 'RetractLesson': {
      const { data } = command
      const found = own(state.lessons, data.lessonId)
      return retract(found, data, 'lesson-not-recorded', () => ({ type: 'LessonRetracted', data }))
    }
    case 'CloseMission':
      return unlessTold(state.closures, command.data, [], () => {
        if (state.closed) throw new Refusal('mission-closed')
        refuseIfAny(unresolved(placesOf(command.data), {}))
        return { type: 'MissionClosed', data: command.data }
      })
    case 'ReopenMission':
      return unlessTold(state.reopenings, command.data, [], () => {
        if (!state.closed) throw new Refusal('mission-not-closed')
        return { type: 'MissionReopened', data: command.data }
      })
  }
}

/** A report's id is of one report, be it of a phase or of a contingent. */
const report = ({ reportId }: { readonly reportId: string }, state: Mission) =>
  own(state.phases, reportId) ?? own(state.contingents, reportId)

/** What is to be recorded, with the revisions that its evidence was read from, if it has any. */
function grounded<Data extends Members>(command: MissionCommand, data: Data, state: Mission, known: Known): Data {
  const { evidence } = data
  refuseIfAny([
    ...missing(missionReferences(command, state), known),
    ...ungrounded(evidence ?? [], known, 'evidence'),
    ...standNowhere(placesOf(data), evidence ?? [], known),
  ])
  return evidence ? { ...data, evidence: withRevisions(evidence, known) } : data
}

/** What is taken back may be taken back again, for another reason. */
function retract<Data>(
  found: Item<Data> | undefined,
  given: object,
  otherwise: RefusalCode,
  add: () => MissionEvent,
): Decision<MissionEvent> {
  if (!found) throw new Refusal(otherwise)
  return unlessTold(found.retractions ?? [], given, [], add)
}
