import type { Reference } from '../decide.ts'
import { atMost90, toActor } from '../references.ts'
import type { DocumentCommand } from './commands.ts'

/** The actors that a document's note names: its publisher, and whom it credits. */
export const documentReferences = ({ data }: DocumentCommand): Reference[] =>
  atMost90([
    ...toActor(data.publisherId, 'publisherId'),
    ...data.credits.flatMap(({ actorId }, index) => toActor(actorId, 'credits', index, 'actorId')),
  ])
