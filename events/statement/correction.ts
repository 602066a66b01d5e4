import { type Replaces, replaced } from '../replaces.ts'
import type { StatementRecorded } from './events.ts'

/** A correction worked out on the statement as it stands. */
export interface Worked {
  /** The members that are replaced, those taken away left out. */
  readonly members: Partial<StatementRecorded>
  /** The document and the revision that selectors are resolved in; without a hash, its latest. */
  readonly document: { readonly documentId: string; readonly documentSha256?: string }
  /** Whether another document or revision takes the place of the one it was read from. */
  readonly moved: boolean
}

/**
 * What a correction touches. In another document the old revision says nothing, so the latest of the new one is
 * meant, unless the correction names one.
 */
export function workOut(current: StatementRecorded, replaces: Replaces<StatementRecorded>): Worked {
  const members = replaced<Partial<StatementRecorded>>({}, replaces)
  const documentId = members.documentId ?? current.documentId
  const kept = documentId === current.documentId ? current.documentSha256 : undefined
  const documentSha256 = members.documentSha256 ?? kept
  return {
    members,
    document: { documentId, ...(documentSha256 === undefined ? {} : { documentSha256 }) },
    moved: documentId !== current.documentId || documentSha256 !== current.documentSha256,
  }
}
