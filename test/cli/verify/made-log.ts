import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ed25519PublicKey, ed25519Sign } from '#crypto'
import type { CloudEvent } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { formatBundle } from '#events/log/bundle.ts'
import { formatCheckpoint } from '#events/log/checkpoint.ts'
import { cosign } from '#events/log/cosignature.ts'
import { dataHash, entryOf, leafHash } from '#events/log/entry.ts'
import { formatNote, formatVkey, type VerifierKey, verifierKey } from '#events/log/note.ts'
import { inclusionProof } from '#events/log/proof.ts'
import { formatProof } from '#events/log/proof-file.ts'
import { entriesPath, tilePath, tilesOf, widthOf } from '#events/log/tile.ts'
import { emptyTree, rootOf, withLeaves } from '#events/log/tree.ts'
import type { Source } from '../../../cli/verify/source.ts'
import { tilesOfLeaves } from '../../events/log/tiles-of-leaves.ts'

/** A log as an export has it: files by their paths. */
export type Files = Map<string, Uint8Array>

export const origin = 'harbour-watch.example/log'
export const seedOf = (fill: number) => new Uint8Array(32).fill(fill)
export const logKey = verifierKey(origin, ed25519PublicKey(seedOf(1)))
export const utf8 = (text: string) => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

/** A witness that can sign: its key, and its seed by number. */
export const witness = (name: string, fill: number) => ({
  fill,
  key: verifierKey(`${name}.witness.example`, ed25519PublicKey(seedOf(fill)), 4),
})

/** One event as a fixture says it. */
export interface Fixture {
  readonly subject: string
  readonly version: number
  readonly name?: string
  readonly data?: object
  readonly time?: string
  /** Position of the event by which its payload is withheld. */
  readonly withheld?: number
}

const source = 'urn:rapporteur:00000000-0000-4000-8000-000000000000'

/** The event, with its payload also where that is withheld. */
export function eventOf({ subject, version, name = 'StatementRecorded', data, time }: Fixture): CloudEvent {
  const said = data ?? { quote: `What Mira Kovan said, ${subject} ${version}` }
  const salt = createHash('sha256').update(`${subject}/${version}`).digest().subarray(0, 16).toString('base64url')
  return {
    specversion: '1.0',
    id: `${subject}/${version}`,
    source,
    type: `rapporteur.${name}.v1`,
    subject,
    time: time ?? new Date(Date.UTC(2031, 1, 14) + version * 60_000).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `${source}:schemas:${name}:v1`,
    recordedby: 'desk-a',
    commandid: 'r-1',
    datasalt: salt,
    datahash: dataHash(salt, jcs(said)),
    data: said,
  }
}

/** So many events of seven streams, in turn. */
export const fixtures = (count: number): Fixture[] =>
  Array.from({ length: count }, (_, index) => ({
    subject: `statement-s-${index % 7}`,
    version: Math.floor(index / 7) + 1,
  }))

/** The log of events: signed, with whatever witnesses have seen it, each at its time in POSIX seconds. */
export function logOf(
  events: readonly Fixture[],
  witnesses: readonly (ReturnType<typeof witness> & { readonly time: number })[] = [],
): Files {
  const entries = events.map((fixture) => entryOf(eventOf(fixture)))
  const leaves = entries.map(leafHash)
  const size = entries.length
  const files: Files = new Map()
  const tile = tilesOfLeaves(leaves)
  for (const at of tilesOf(size)) files.set(tilePath(at), new Uint8Array(tile(at)))
  for (let n = 0; n * 256 < size; n++) {
    const at = { n, width: widthOf(0, n, size) }
    files.set(entriesPath(at), formatBundle(entries.slice(n * 256, n * 256 + 256)))
    const lines = events.slice(n * 256, n * 256 + 256).map((fixture, index) => payloadLine(n * 256 + index, fixture))
    files.set(
      `${entriesPath(at).replace('tile/entries', 'payloads')}.ndjson`,
      utf8(lines.map((line) => `${line}\n`).join('')),
    )
  }
  files.set('log/key', utf8(`${formatVkey(logKey)}\n`))
  files.set('checkpoint', utf8(noteOf(size, rootOf(withLeaves(emptyTree, leaves)), witnesses)))
  return files
}

/** A signed checkpoint, of the log's key or another one. */
export function noteOf(
  size: number,
  root: Uint8Array,
  witnesses: readonly (ReturnType<typeof witness> & { readonly time: number })[] = [],
  { key, fill }: { readonly key: VerifierKey; readonly fill: number } = { key: logKey, fill: 1 },
): string {
  const text = formatCheckpoint({ origin, size, root })
  return formatNote({
    text,
    signatures: [
      { name: key.name, keyId: key.keyId, bytes: ed25519Sign(seedOf(fill), utf8(text)) },
      ...witnesses.map(({ key: { name }, fill, time }) => cosign(seedOf(fill), name, text, time)),
    ],
  })
}

function payloadLine(position: number, fixture: Fixture): string {
  const { data, datasalt } = eventOf(fixture)
  return JSON.stringify(
    fixture.withheld === undefined ? { position, data, datasalt } : { position, withheld: fixture.withheld },
  )
}

/** A statement's proof file of the events of one stream, as `GET /statements/{id}/proof` answers it. */
export function proofOf(files: Files, events: readonly Fixture[], subject: string) {
  const leaves = events.map((fixture) => leafHash(entryOf(eventOf(fixture))))
  const checkpoint = textOf(files.get('checkpoint'))
  return {
    statementId: subject.replace('statement-', ''),
    origin,
    vkeys: [formatVkey(logKey)],
    checkpoint,
    events: events.flatMap((fixture, position) => {
      if (fixture.subject !== subject) return []
      const { data, datasalt, ...envelope } = eventOf(fixture)
      return {
        position,
        entry: textOf(entryOf(eventOf(fixture))),
        event: {
          ...envelope,
          ...(fixture.withheld === undefined ? { data, datasalt } : { withheld: fixture.withheld }),
        },
        proof: formatProof({
          index: position,
          hashes: inclusionProof(position, events.length, tilesOfLeaves(leaves)),
          checkpoint,
        }),
      }
    }),
  }
}

export const sourceOf = (files: Files, name = 'the fixture'): Source => ({ name, get: async (path) => files.get(path) })

/** The same log as a deployment answers it: events in pages, and no files of payloads. */
export function pagesOf(files: Files, events: readonly Fixture[], name = 'the fixture'): Source {
  return {
    name,
    async get(path) {
      const found = /^events\?(?:after=(\d+)&)?limit=(\d+)$/.exec(path)
      if (!found) return path.startsWith('payloads/') ? undefined : files.get(path)
      const first = found[1] === undefined ? 0 : Number(found[1]) + 1
      // A page may have fewer than asked for.
      const page = events.slice(first, first + Math.min(37, Number(found[2]))).map((fixture, index) => {
        const { data, datasalt, ...envelope } = eventOf(fixture)
        const payload = fixture.withheld === undefined ? { data, datasalt } : { withheld: fixture.withheld }
        return { position: first + index, ...envelope, ...payload }
      })
      return utf8(JSON.stringify({ events: page, next: null }))
    },
  }
}

export function writeFiles(files: Files, folder: string): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

/** A copy in which one file is another one. */
export function changed(files: Files, path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): Files {
  const copy = new Map(files)
  const before = files.get(path)
  if (!before) throw new Error(`The fixture has no ${path}`)
  const after = change(Uint8Array.from(before))
  if (after) copy.set(path, after)
  else copy.delete(path)
  return copy
}

/** One bit of a file flipped. */
export const flippedAt =
  (byte: number, bit = 0) =>
  (bytes: Uint8Array) =>
    bytes.with(byte, (bytes[byte] as number) ^ (1 << bit))

/** Text in a file replaced by text of the same length, so that nothing else moves. */
export const replaced = (one: string, other: string) => (bytes: Uint8Array) => {
  const text = Buffer.from(bytes).toString('latin1')
  if (!text.includes(one)) throw new Error(`"${one}" is not in it`)
  return new Uint8Array(Buffer.from(text.replace(one, other), 'latin1'))
}
