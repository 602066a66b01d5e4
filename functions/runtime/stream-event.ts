/** What a step uses of a DynamoDB stream's event. The rest is ignored: a record is only a doorbell. */
export interface StreamEvent {
  readonly Records: readonly {
    readonly dynamodb?: { readonly Keys?: Readonly<Record<string, { readonly S?: string; readonly N?: string }>> }
  }[]
}

/** Ids of the streams that the records of the events table name, each once, in order of first appearance. */
export function streamIds(event: StreamEvent): string[] {
  const ids = event.Records.map((record) => record.dynamodb?.Keys?.streamId?.S)
  return [...new Set(ids.filter((id) => id !== undefined))]
}
