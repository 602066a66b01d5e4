import type { Access } from '#functions/access/access.ts'
import type { KeyItem } from '#functions/access/key.ts'
import type { Views } from '#functions/projections/views.ts'
import type { EventStore } from '#functions/store/event-store.ts'
import type { LogStore } from '#functions/store/log-store.ts'
import type { Texts } from '#functions/store/texts.ts'
import type { Reads } from './reads.ts'

/** All that the API works with. Tests give it real stores on a real engine. */
export interface Deps {
  readonly store: EventStore
  readonly texts: Texts
  readonly log: LogStore
  readonly views: Views
  readonly access: Access
  readonly reads: Reads
  /** Names of those who cosign checkpoints; absent where there are none. */
  readonly witnesses?: readonly string[]
  /** How far the publish step had come a moment ago: position of the next event it is to publish. */
  readonly published: () => Promise<number>
  /** Who runs here: `urn:rapporteur:<uuid>`. */
  readonly source: string
  /** The most that a page of a list may take: what carries the answers has a limit. */
  readonly pageBytes: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Takes what a caller is not told: an error behind a 500 or a 503, and the id under which the caller may ask for it. */
  readonly report: (error: unknown, requestId: string) => void
}

/** What a request carries along. */
export interface Env {
  Bindings: {
    lambdaContext?: { awsRequestId?: string }
    /** What the HTTP API brought, its headers' names in lowercase. */
    event?: { headers?: Readonly<Record<string, string | undefined>> }
  }
  Variables: {
    /** A UUID: of the invocation where there is one, so that it is found in the log. */
    requestId: string
    /** Who asks, once `scope` has let them in. */
    key: KeyItem
    /** The JSON value of the body as it was sent, once `body` has read it. */
    sent: unknown
  }
}
