/** What a step uses of a DynamoDB stream's event. The rest is ignored: a record is only a doorbell. */
export interface StreamEvent {
  readonly Records: readonly StreamRecord[]
}

export interface StreamRecord {
  readonly eventName?: string | undefined
  readonly dynamodb?: { readonly Keys?: Keys | undefined } | undefined
}

type Keys = Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>>

/** Ids of the streams that records of the events table name, each once, in order of first appearance. */
export function streamIds(event: StreamEvent): string[] {
  const ids = event.Records.map((record) => record.dynamodb?.Keys?.streamId?.S)
  return [...new Set(ids.filter((id) => id !== undefined))]
}

/**
 * Of each stream that records of the events table name, the version before the first commit among them: up to there it is
 * most likely sealed. Only a guess.
 */
export function versionsBefore(event: StreamEvent): Map<string, number> {
  const versions = new Map<string, number>()
  for (const { dynamodb } of event.Records) {
    const [streamId, version] = [dynamodb?.Keys?.streamId?.S, Number(dynamodb?.Keys?.version?.N ?? Number.NaN)]
    if (streamId === undefined || !Number.isSafeInteger(version) || version < 1) continue
    versions.set(streamId, Math.min(version - 1, versions.get(streamId) ?? version))
  }
  return versions
}

/** Records of a change to what was there already: in a table that is only ever added to, there are to be none. */
export const changes = (event: StreamEvent): StreamRecord[] =>
  event.Records.filter(({ eventName }) => eventName === 'MODIFY' || eventName === 'REMOVE')
