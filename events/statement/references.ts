import type { Reference } from '../decide.ts'
import { atMost90, type Path, toActor, toDocument, toEvidence, toTerm } from '../references.ts'
import { statementStream } from '../streams.ts'
import type { CorrectStatement, ReadClaim, StatementCommand } from './commands.ts'
import { workOut } from './correction.ts'
import type { StatementRecorded } from './events.ts'
import { currentStatement, type Statement } from './fold.ts'
import { statementId } from './id.ts'
import { placesInSource, placesOf, placesOfClaim } from './places.ts'

/** The streams that a command to a statement refers to; not its own, once that is on record. */
export function statementReferences(command: StatementCommand, state: Statement): Reference[] {
  const itself = state.recorded && statementStream(statementId(state.recorded.data))
  return atMost90(referencesOf(command, state).filter(({ streamId }) => streamId !== itself))
}

function referencesOf(command: StatementCommand, state: Statement): Reference[] {
  switch (command.type) {
    case 'RecordStatement': {
      const { data } = command
      const resolves = placesOf(data).length > 0
      return [...toDocument({ ...data, resolves }, 'documentId'), ...membersReferences(data)]
    }
    case 'CorrectStatement':
      return correctionReferences(command.data, state)
    case 'AddTranslation':
      return toActor(command.data.by, 'by')
    case 'AddSource': {
      const { data } = command
      return toDocument({ ...data, resolves: placesInSource(data).length > 0 }, 'documentId')
    }
    case 'LinkStatement':
      return toEvidence({ statementId: command.data.statementId }, false)
    case 'DisputeStatement':
      return [...toActor(command.data.by, 'by'), ...toEvidence(command.data.source, false, 'source')]
    case 'SettleDispute':
    case 'RetractStatement':
      return command.data.source ? toEvidence(command.data.source, false, 'source') : []
    case 'ReadClaim':
      return claimReferences(command.data, state)
    case 'WithdrawRetraction':
    case 'WithdrawClaim':
      return []
  }
}

function correctionReferences({ replaces }: CorrectStatement, state: Statement): Reference[] {
  if (!state.recorded) return []
  const current = currentStatement(state.recorded, state.corrections)
  const { members, document, moved } = workOut(current, replaces)
  const resolves = placesOf(moved ? { ...current, ...members } : members).length > 0
  const from = replaces.documentId === undefined ? ['replaces'] : ['replaces', 'documentId']
  const needed = moved || resolves || replaces.documentId !== undefined
  return [...(needed ? toDocument({ ...document, resolves }, ...from) : []), ...membersReferences(members, 'replaces')]
}

/** The statement's document too, where the words of the claim's date are to be found in it. */
function claimReferences(claim: ReadClaim, state: Statement): Reference[] {
  const current = state.recorded && currentStatement(state.recorded, state.corrections)
  const resolves = placesOfClaim(claim).length > 0
  return [
    ...toTerm(claim.subject, 'subject'),
    ...toTerm(claim.object, 'object'),
    ...toActor(claim.holder, 'holder'),
    ...(current && resolves ? toDocument({ ...current, resolves }, 'validOn', 'selector') : []),
  ]
}

/** All but the document it was read from. */
function membersReferences(members: Partial<StatementRecorded>, ...path: Path): Reference[] {
  const { speaker, occasion, chain = [], about = [] } = members
  return [
    ...toActor(speaker?.actorId, ...path, 'speaker', 'actorId'),
    ...toActor(speaker?.organization, ...path, 'speaker', 'organization'),
    ...toActor(speaker?.onBehalfOf, ...path, 'speaker', 'onBehalfOf'),
    ...toActor(occasion?.host, ...path, 'occasion', 'host'),
    ...chain.flatMap(({ by, documentId }, index) => [
      ...toActor(by, ...path, 'chain', index, 'by'),
      ...(documentId === undefined ? [] : toDocument({ documentId }, ...path, 'chain', index, 'documentId')),
    ]),
    ...about.flatMap((term, index) => toTerm(term, ...path, 'about', index)),
  ]
}
