import { statement } from '#events/statement/kind.ts'
import { type StatementView, statementView } from '#events/statement/view.ts'
import { statementStream } from '#events/streams.ts'
import { type Page, type Paging, readList, shownBy } from '../list.ts'
import type { Views } from '../views.ts'
import { allStatements, byDocument, bySpeaker, statements } from './rows.ts'

const shown = shownBy(statements, statement.fold, statementView)

export interface StatementFilters {
  /** Actor id of the speaker, as corrected. */
  readonly speaker?: string | undefined
  /** Id of the document that reports it, as corrected. */
  readonly document?: string | undefined
}

/**
 * Statements that all filters let through, the one recorded last first. The key is the first given of document and
 * speaker, because a document has fewer statements than a speaker; the other filters its rows.
 * @throws {InvalidCursor} {CursorExpired}
 */
export function listStatements(
  views: Views,
  { speaker, document, limit, cursor }: StatementFilters & Paging,
): Promise<Page<StatementView>> {
  return readList(
    views,
    {
      name: statements.name,
      partitions: [partitionOf({ speaker, document })],
      conditions: speaker !== undefined && document !== undefined ? [{ attribute: 'speaker', oneOf: [speaker] }] : [],
      filters: { speaker, document },
      streamOf: (row) => statementStream(row.statementId?.S ?? ''),
      shown: () => shown,
    },
    { limit, cursor },
  )
}

function partitionOf({ speaker, document }: StatementFilters): string {
  if (document !== undefined) return byDocument(document)
  return speaker === undefined ? allStatements : bySpeaker(speaker)
}
