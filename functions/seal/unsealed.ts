import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Leaf } from '#events/log/grow.ts'
import { commitPages } from '#functions/store/commit-query.ts'
import { leavesOf } from './leaves.ts'

/** What of a stream is not sealed yet: whole commits in order, each as its leaves, and why it goes no further. */
export interface Unsealed {
  readonly streamId: string
  /** When the first of them was recorded; empty where there are none. */
  readonly since: string
  readonly commits: readonly (readonly Leaf[])[]
  /** There are more than one page holds. */
  readonly more: boolean
  /** The commit after these that cannot be sealed. */
  readonly poison?: { readonly version: number; readonly error: string }
}

/**
 * Reads what follows a stream's mark: at most one page of it, strongly consistent, so a prefix without holes. What
 * cannot be sealed is read once more before it is called so, because a Query is no snapshot.
 */
export async function readUnsealed(
  client: DynamoDBClient,
  table: string,
  streamId: string,
  mark: number,
): Promise<Unsealed> {
  const first = await readOnce(client, table, streamId, mark)
  return first.poison ? readOnce(client, table, streamId, mark) : first
}

async function readOnce(client: DynamoDBClient, table: string, streamId: string, mark: number): Promise<Unsealed> {
  const { items, more } = await firstPage(client, table, streamId, mark)
  const since = items[0]?.time?.S ?? ''
  const commits: Leaf[][] = []
  let version = mark
  for (const item of items) {
    try {
      const leaves = leavesOf(item, streamId, version)
      commits.push(leaves)
      version += leaves.length
    } catch (error) {
      // Whatever it is that this commit holds, it is the stream's own trouble and nobody else's.
      return { streamId, since, commits, more: false, poison: { version: version + 1, error: reason(error) } }
    }
  }
  return { streamId, since, commits, more }
}

async function firstPage(client: DynamoDBClient, table: string, streamId: string, mark: number) {
  for await (const page of commitPages(client, table, streamId, mark)) if (page.items.length > 0) return page
  return { items: [], more: false }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
