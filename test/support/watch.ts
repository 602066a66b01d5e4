import type { Kind, Known, Reference } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { InvalidInput, Refusal } from '#events/refusal.ts'

/** The smallest domain there is, for tests of the steps: a watch's book, each entry of which is written once. */
export interface WatchBook {
  entries: { entry: string; version: number }[]
}
export interface KeepWatch {
  entry: string
  /** What the entry refers to, and what it refers to only once the book has entries. */
  refersTo?: Reference[]
  refersLater?: Reference[]
}
export type WatchKept = { type: 'WatchKept'; data: { entry: string } }

/** `seen` gets what was known at each decision. */
export const watch = (seen: Known[] = []): Kind<WatchBook, KeepWatch, WatchKept> => ({
  fold: {
    version: 1,
    initial: () => ({ entries: [] }),
    evolve(state, event, { version }) {
      state.entries.push({ entry: event.data.entry, version })
      return state
    },
  },
  upcast: (event) => ({ type: 'WatchKept', data: event.data as WatchKept['data'] }),
  references: ({ refersTo = [], refersLater = [] }, { entries }) => [
    ...refersTo,
    ...(entries.length > 0 ? refersLater : []),
  ],
  decide(command, { entries }, known) {
    seen.push(known)
    for (const { streamId, pointer } of command.refersTo ?? []) {
      if (!known.streams.has(streamId)) throw new InvalidInput([{ pointer, detail: 'is not on record' }])
    }
    if (command.entry === 'refused') throw new Refusal('nothing-to-correct')
    const told = entries.find(({ entry }) => entry === command.entry)
    if (told) return { events: [], version: told.version }
    return { events: [{ type: 'WatchKept', data: { entry: command.entry } }] }
  },
  shapes: { WatchKept: 1 },
})

export const watchKept = (entry: string): DomainEvent => ({ type: 'WatchKept', data: { entry } })
