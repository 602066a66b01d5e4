/** The kinds of stream. A stream's id is its kind, a dash and the id within the kind. */
const streamKinds = ['document', 'actor', 'statement', 'mission'] as const
export type StreamKind = (typeof streamKinds)[number]

/** What every id and slug looks like. */
export const slugPattern = /^[a-z0-9-]{1,64}$/

export const documentStream = (documentId: string) => `document-${documentId}`
export const actorStream = (actorId: string) => `actor-${actorId}`
/** `statementId` begins with `s-`, so the stream's id reads `statement-s-…`. */
export const statementStream = (statementId: string) => `statement-${statementId}`
export const missionStream = (missionId: string) => `mission-${missionId}`

/** `{ kind: 'mission', id: 'harbour-watch' }` of `mission-harbour-watch`; undefined for a stream of no known kind. */
export function parseStream(streamId: string): { kind: StreamKind; id: string } | undefined {
  const dash = streamId.indexOf('-')
  const kind = streamKinds.find((known) => known === streamId.slice(0, dash))
  return kind && dash > 0 ? { kind, id: streamId.slice(dash + 1) } : undefined
}
