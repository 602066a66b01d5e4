import type { Decide, Known } from '../decide.ts'
import type { Evidence } from '../evidence.ts'
import { pointer } from '../pointer.ts'
import { missing, revisionOf, textOf } from '../references.ts'
import { type FieldError, Refusal } from '../refusal.ts'
import { type Place, unresolved } from '../resolve.ts'
import { already, alreadyRecorded, toldDifferently } from '../told.ts'
import { refuseIfAny } from '../validate.ts'
import type { MissionCommand } from './commands.ts'
import type { MissionEvent } from './events.ts'
import type { Mission } from './fold.ts'
import { placesOf } from './places.ts'
import { missionReferences } from './references.ts'

/** What is filled in here when a request does not say it, in each piece of evidence. */
const filledIn = ['documentSha256']

/**
 * Sources disagree: a phase out of order, or in contradiction to another report, is recorded and not refused.
 * @throws {Refusal} `mission-not-opened`, `already-recorded` with the differences
 * @throws {InvalidInput} a reference that is not on record, a revision that is none, a selector off its words
 */
export const decideMission: Decide<Mission, MissionCommand, MissionEvent> = (command, state, known) => {
  switch (command.type) {
    case 'OpenMission': {
      const differences = state.opened && toldDifferently(state.opened.data, command.data, filledIn)
      if (state.opened && differences?.length === 0) return already(state.opened)
      const evidence = checked(command, known)
      if (differences) throw alreadyRecorded(differences)
      return { events: [{ type: 'MissionOpened', data: { ...command.data, evidence } }] }
    }
    case 'RecordPhase': {
      if (!state.opened) throw new Refusal('mission-not-opened')
      const report = state.phases.find(({ data }) => data.reportId === command.data.reportId)
      const differences = report && toldDifferently(report.data, command.data, filledIn)
      if (report && differences?.length === 0) return already(report)
      const evidence = checked(command, known)
      if (differences) throw alreadyRecorded(differences)
      return { events: [{ type: 'PhaseRecorded', data: { ...command.data, evidence } }] }
    }
  }
}

/** The evidence, with the revisions it was read from. */
function checked(command: MissionCommand, known: Known): Evidence[] {
  const { evidence } = command.data
  refuseIfAny([
    ...missing(missionReferences(command), known),
    ...evidence.flatMap((item, index) => notInDocument(item, index, known)),
    ...placesOf(command).flatMap((place) => notInAny(place, evidence, known)),
  ])
  return evidence.map((item) => {
    const sha256 = 'documentId' in item ? revisionOf(known, item.documentId, item.documentSha256)?.sha256 : undefined
    return sha256 === undefined ? item : { ...item, documentSha256: sha256 }
  })
}

function notInDocument(item: Evidence, index: number, known: Known): FieldError[] {
  if (!('documentId' in item) || !Object.hasOwn(known.documents, item.documentId)) return []
  const revision = revisionOf(known, item.documentId, item.documentSha256)
  if (!revision) {
    const detail = 'is not the hash of a revision of the document'
    return [{ pointer: pointer('evidence', index, 'documentSha256'), detail }]
  }
  const places = item.selector ? [{ selector: item.selector, path: ['evidence', index, 'selector'] }] : []
  return unresolved(places, { text: textOf(known, item.documentId, revision), codePoints: revision.codePoints })
}

/** Words are wrong only if they stand in none of the documents; one that cannot be looked into may hold them. */
function notInAny(place: Place, evidence: readonly Evidence[], known: Known): FieldError[] {
  const errors = evidence.flatMap((item) => {
    if (!('documentId' in item)) return [unresolved([place], {})]
    const revision = revisionOf(known, item.documentId, item.documentSha256)
    return [unresolved([place], { text: textOf(known, item.documentId, revision), codePoints: revision?.codePoints })]
  })
  return errors.every(({ length }) => length > 0) ? (errors[0] ?? unresolved([place], {})) : []
}
