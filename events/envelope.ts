/**
 * An event as it is stored, served and published: a CloudEvent 1.0 (JSON format) with four extension attributes.
 * `data` and `datasalt` are absent once a payload is withheld by law; the rest stays for ever.
 */
export interface CloudEvent<Data = unknown> {
  readonly specversion: '1.0'
  /** `<streamId>/<version>` */
  readonly id: string
  /** `urn:rapporteur:<uuid>`: one per deployed stack, locally one per data folder. */
  readonly source: string
  /** `rapporteur.<Name>.v<n>` */
  readonly type: string
  /** The stream's id. */
  readonly subject: string
  /** When it was recorded: RFC 3339, UTC, milliseconds. Never runs backwards within a stream. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** `<source>:schemas:<Name>:v<n>` */
  readonly dataschema: string
  /** Slug of the name of the key that recorded it. */
  readonly recordedby: string
  /** Of the command that gave it: `k-…` from the caller's Idempotency-Key, or `r-…` and random. */
  readonly commandid: string
  /** 16 random bytes, base64url without padding: hides `data` behind `datahash`. */
  readonly datasalt?: string
  /** SHA-256(salt ‖ JCS(data)), base64url without padding. */
  readonly datahash: string
  readonly data?: Data
  /** Position of the `PayloadWithheld` event by which the payload is withheld. */
  readonly withheld?: number
}

/** An event with its place in the log: global, from 0, without gaps. */
export type SealedEvent<Data = unknown> = CloudEvent<Data> & { readonly position: number }

/** What a domain module gives and takes: the event's name and its payload. */
export interface DomainEvent {
  readonly type: string
  readonly data: object
}

/** `{ name: 'StatementRecorded', shape: 1 }` of `rapporteur.StatementRecorded.v1`; undefined for anything else. */
export function parseType(type: string): { name: string; shape: number } | undefined {
  const found = /^rapporteur\.([A-Z][A-Za-z]*)\.v([1-9][0-9]*)$/.exec(type)
  return found ? { name: found[1] as string, shape: Number(found[2]) } : undefined
}

export const formatType = (name: string, shape: number): string => `rapporteur.${name}.v${shape}`

/** `3` of `mission-harbour-watch/3`, the event's version in its stream; throws on anything else. */
export function versionOf(event: Pick<CloudEvent, 'id' | 'subject'>): number {
  const prefix = `${event.subject}/`
  const tail = event.id.slice(prefix.length)
  if (!event.id.startsWith(prefix) || !/^[1-9][0-9]{0,15}$/.test(tail)) {
    throw new Error(`The event's id "${event.id}" is not a version of its subject "${event.subject}"`)
  }
  return Number(tail)
}
