import type { Actor } from '#events/actor/fold.ts'

/**
 * The id of the actor that this one goes by, by following its merge from stream to stream; its own where it is not
 * merged. Where merges that were made at once lead around, the smallest id of the loop.
 */
export async function survivorOf(
  actorId: string,
  state: Pick<Actor, 'merged'>,
  read: (actorId: string) => Promise<Pick<Actor, 'merged'>>,
): Promise<string> {
  const way = [actorId]
  for (let next = state.merged?.data.into; next !== undefined; next = (await read(next)).merged?.data.into) {
    const loop = way.indexOf(next)
    if (loop >= 0) return way.slice(loop).sort()[0] ?? next
    way.push(next)
  }
  return way.at(-1) ?? actorId
}
