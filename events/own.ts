/** What a record holds under an id, and nothing that it inherits: `constructor` is an id like any other. */
export const own = <Value>(record: Readonly<Record<string, Value>>, id: string): Value | undefined =>
  Object.hasOwn(record, id) ? record[id] : undefined
