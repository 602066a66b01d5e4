/** What a step uses of a DynamoDB stream's event. The rest is ignored: a record is only a doorbell. */
export interface StreamEvent {
  readonly Records: readonly StreamRecord[]
}

export interface StreamRecord {
  readonly eventName?: string | undefined
  readonly dynamodb?: { readonly Keys?: Keys | undefined } | undefined
}

type Keys = Readonly<Record<string, { readonly S?: string | undefined }>>

/** Ids of the streams that records of the events table name, each once, in order of first appearance. */
export function streamIds(event: StreamEvent): string[] {
  const ids = event.Records.map((record) => record.dynamodb?.Keys?.streamId?.S)
  return [...new Set(ids.filter((id) => id !== undefined))]
}

/** Records of a change to what was there already: in a table that is only ever added to, there are to be none. */
export const changes = (event: StreamEvent): StreamRecord[] =>
  event.Records.filter(({ eventName }) => eventName === 'MODIFY' || eventName === 'REMOVE')
