import { type Lifts, upcaster } from '../upcast.ts'
import type { DocumentEvent } from './events.ts'

export const documentLifts: Lifts<DocumentEvent> = {
  DocumentRecorded: [],
  DocumentRevised: [],
  DocumentCorrected: [],
}
export const documentUpcast = upcaster<DocumentEvent>(documentLifts)
