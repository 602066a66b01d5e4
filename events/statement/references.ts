import type { Reference } from '../decide.ts'
import { atMost90, type Path, toActor, toDocument, toTerm } from '../references.ts'
import type { StatementCommand } from './commands.ts'
import { workOut } from './correction.ts'
import type { StatementRecorded } from './events.ts'
import { currentStatement, type Statement } from './fold.ts'
import { placesOf } from './places.ts'

/** The streams that recording or correcting a statement refers to. */
export function statementReferences(command: StatementCommand, state: Statement): Reference[] {
  switch (command.type) {
    case 'RecordStatement': {
      const { data } = command
      const resolves = placesOf(data).length > 0
      return atMost90([...toDocument({ ...data, resolves }, 'documentId'), ...membersReferences(data)])
    }
    case 'CorrectStatement': {
      if (!state.recorded) return []
      const current = currentStatement(state.recorded, state.corrections)
      const { members, document, moved } = workOut(current, command.data.replaces)
      const resolves = placesOf(moved ? { ...current, ...members } : members).length > 0
      const from = command.data.replaces.documentId === undefined ? ['replaces'] : ['replaces', 'documentId']
      const needed = moved || resolves || command.data.replaces.documentId !== undefined
      return atMost90([
        ...(needed ? toDocument({ ...document, resolves }, ...from) : []),
        ...membersReferences(members, 'replaces'),
      ])
    }
  }
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
