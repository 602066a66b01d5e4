import type { Kind } from '../decide.ts'
import { shapesOf } from '../upcast.ts'
import type { DocumentCommand } from './commands.ts'
import { decideDocument } from './decide.ts'
import type { DocumentEvent } from './events.ts'
import { type Document, documentFold } from './fold.ts'
import { documentReferences } from './references.ts'
import { documentLifts, documentUpcast } from './upcast.ts'

export const document: Kind<Document, DocumentCommand, DocumentEvent> = {
  fold: documentFold,
  upcast: documentUpcast,
  decide: decideDocument,
  references: documentReferences,
  shapes: shapesOf(documentLifts),
}
