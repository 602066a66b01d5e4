/* Partitions of actors' rows. Here by themselves: who reads merges is not to load what folds names. */

/** The list of all actors, and those of one kind. */
export const allActors = 'actors'
export const byKind = (kind: string) => `actors-kind#${kind}`

/**
 * The merges that an actor stands in: `into#<id>`, the one it is merged into, and `from#<id>`, one merged into it.
 * Both ends in one partition, so that one read tells of an actor that it was never merged.
 */
export const mergesOf = (actorId: string) => `merges#${actorId}`
