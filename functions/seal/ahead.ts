import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Parked } from './parked.ts'
import { readUnsealed, type Unsealed } from './unsealed.ts'

/**
 * Streams read before their marks are known, from where the marks most likely are: side by side with the marks, instead
 * of after them. A guess that was wrong costs a Query, and nothing else: what was read is taken only if the mark turns
 * out to be there.
 */
export class Ahead {
  readonly #found: ReadonlyMap<string, Unsealed & { readonly mark: number }>

  private constructor(found: ReadonlyMap<string, Unsealed & { readonly mark: number }>) {
    this.#found = found
  }

  /** `marks`: of each stream, the version up to which it is taken to be sealed. */
  static async read(client: DynamoDBClient, table: string, marks: ReadonlyMap<string, number>): Promise<Ahead> {
    const found = await Promise.all(
      [...marks].map(
        async ([streamId, mark]) =>
          [streamId, { mark, ...(await readUnsealed(client, table, streamId, mark)) }] as const,
      ),
    )
    return new Ahead(new Map(found))
  }

  /**
   * What of the stream is not sealed, if it was read above this mark; undefined where it is to be read. So is a stream that
   * is parked or is to be: whether it is parked has to be known before it is read.
   */
  take(streamId: string, mark: number, parked: Parked | undefined): Unsealed | undefined {
    const found = this.#found.get(streamId)
    return found?.mark === mark && !found.poison && !parked?.open ? found : undefined
  }
}
