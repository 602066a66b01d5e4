import { type Lifts, upcaster } from '../upcast.ts'
import type { DocumentEvent } from './events.ts'

export const documentLifts: Lifts<DocumentEvent> = { DocumentRecorded: [] }
export const documentUpcast = upcaster<DocumentEvent>(documentLifts)
