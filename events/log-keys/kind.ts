import * as v from 'valibot'
import type { Decide, Kind } from '../decide.ts'
import type { Fold } from '../fold.ts'
import { strict } from '../schema.ts'
import { type Lifts, shapesOf, upcaster } from '../upcast.ts'

/**
 * The one stream in which the log itself tells by which keys it will be signed. No resource of the domain: no read model
 * knows it. Who pins an old key finds the new one vouched for in the tree that the old one signs.
 */
export const logKeysStream = 'log-keys'

/** By its shape alone: that it is the key which was made is found out before it signs. Source: C2SP signed-note v1.0.0. */
const vkeyPattern = /^[^\s+]{1,200}\+[0-9a-f]{8}\+A[Q-Za-f][A-Za-z0-9+/]{42}$/

/** That a key is to sign the log, from a checkpoint on that holds this event. */
export const LogKeyAdded = v.pipe(
  strict({
    vkey: v.pipe(
      v.string(),
      v.regex(vkeyPattern, 'is no verifier key of an Ed25519 key: name+id+key'),
      v.description('The verifier key: C2SP signed-note'),
    ),
  }),
  v.title('LogKeyAdded'),
  v.description('A key that is to sign the log, beside those that do'),
)
export type LogKeyAdded = v.InferOutput<typeof LogKeyAdded>

/** The body of `POST /log/keys`. */
export const AddLogKey = v.pipe(LogKeyAdded, v.title('AddLogKey'))

export type LogKeysEvent = { readonly type: 'LogKeyAdded'; readonly data: LogKeyAdded }
export type LogKeysCommand = { readonly type: 'AddLogKey'; readonly data: LogKeyAdded }

/** Of each verifier key, the version of the event that added it. */
export interface LogKeys {
  added: Record<string, number>
}

const logKeysFold: Fold<LogKeys, LogKeysEvent> = {
  version: 1,
  initial: () => ({ added: {} }),
  evolve(state, { data }, { version }) {
    state.added[data.vkey] = version
    return state
  },
}

const decideLogKeys: Decide<LogKeys, LogKeysCommand, LogKeysEvent> = ({ data }, { added }) => {
  const version = Object.hasOwn(added, data.vkey) ? added[data.vkey] : undefined
  return version === undefined ? { events: [{ type: 'LogKeyAdded', data }] } : { events: [], version }
}

const lifts: Lifts<LogKeysEvent> = { LogKeyAdded: [] }

export const logKeys: Kind<LogKeys, LogKeysCommand, LogKeysEvent> = {
  fold: logKeysFold,
  upcast: upcaster<LogKeysEvent>(lifts),
  decide: decideLogKeys,
  references: () => [],
  shapes: shapesOf(lifts),
}
