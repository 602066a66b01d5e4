import type { Reference } from '../decide.ts'

/** Registering an actor refers to nothing on record. */
export const actorReferences = (): Reference[] => []
