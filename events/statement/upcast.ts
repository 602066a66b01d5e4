import { type Lifts, upcaster } from '../upcast.ts'
import type { StatementEvent } from './events.ts'

export const statementLifts: Lifts<StatementEvent> = {
  StatementRecorded: [],
  StatementCorrected: [],
  TranslationAdded: [],
  SourceAdded: [],
  StatementLinked: [],
  StatementDisputed: [],
  DisputeSettled: [],
  StatementRetracted: [],
  RetractionWithdrawn: [],
  ClaimRead: [],
  ClaimWithdrawn: [],
}
export const statementUpcast = upcaster<StatementEvent>(statementLifts)
