import { actor } from '#events/actor/kind.ts'
import { type Known, type KnownDocument, latestText, type Reference, type Revision } from '#events/decide.ts'
import { document } from '#events/document/kind.ts'
import { actorStream, documentStream, parseStream } from '#events/streams.ts'
import { foldStream, type StreamDeps } from './fold-stream.ts'
import type { Texts } from './texts.ts'

/**
 * Reads what a command refers to, each thing once however often it is asked for: which streams are on record, in one
 * BatchGet, and of documents their revisions, and the text of a revision where selectors are to be resolved in it.
 */
export class KnownReader {
  readonly #deps: StreamDeps
  readonly #texts: Texts
  readonly #asked = new Set<string>()
  readonly #recorded = new Set<string>()
  readonly #revisions = new Map<string, Promise<readonly Revision[] | undefined>>()
  readonly #held = new Map<string, Promise<string | undefined>>()
  readonly #merges = new Map<string, Promise<string | undefined>>()

  constructor(deps: StreamDeps & { readonly texts: Texts }) {
    this.#deps = deps
    this.#texts = deps.texts
  }

  /** Everything is read side by side. */
  async read(references: readonly Reference[]): Promise<Known> {
    const texts = new Map<string, Set<string>>()
    const others = new Set<string>()
    const merged = new Set<string>()
    for (const { streamId, text, merges } of references) {
      const stream = parseStream(streamId)
      if (merges && stream) merged.add(stream.id)
      if (stream?.kind !== 'document') {
        if (!this.#asked.has(streamId)) others.add(streamId)
        continue
      }
      const wanted = texts.get(stream.id) ?? new Set()
      texts.set(stream.id, text === undefined ? wanted : wanted.add(text))
    }
    const [found, merges, ...documents] = await Promise.all([
      others.size > 0 ? this.#deps.store.firstCommits(others) : [],
      this.#mergesFrom(merged),
      ...[...texts].map(async ([id, wanted]) => [id, await this.#document(id, wanted)] as const),
    ])
    for (const streamId of others) this.#asked.add(streamId)
    for (const streamId of found) this.#recorded.add(streamId)
    const recorded = documents.filter((entry): entry is [string, KnownDocument] => entry[1] !== undefined)
    return {
      streams: new Set([...this.#recorded, ...recorded.map(([id]) => documentStream(id))]),
      documents: Object.fromEntries(recorded),
      ...(merged.size > 0 ? { merges } : {}),
    }
  }

  /** Whom each is merged into, and those in turn: as many reads one after the other as there are merges, and one. */
  async #mergesFrom(actorIds: Iterable<string>): Promise<Record<string, string>> {
    const merges: Record<string, string> = {}
    for (const actorId of actorIds) {
      for (let from = actorId; !Object.hasOwn(merges, from); ) {
        const into = await this.#mergeOf(from)
        if (into === undefined) break
        merges[from] = into
        from = into
      }
    }
    return merges
  }

  #mergeOf(actorId: string): Promise<string | undefined> {
    const read = async () => (await foldStream(this.#deps, actor, actorStream(actorId))).folded.state.merged?.data.into
    const reading = this.#merges.get(actorId) ?? read()
    this.#merges.set(actorId, reading)
    return reading
  }

  async #document(documentId: string, wanted: ReadonlySet<string>): Promise<KnownDocument | undefined> {
    const reading = this.#revisions.get(documentId) ?? this.#readRevisions(documentId)
    this.#revisions.set(documentId, reading)
    const revisions = await reading
    if (!revisions) return undefined
    const hashes = new Set(revisions.map(({ sha256 }) => sha256))
    const named = new Set([...wanted].map((text) => (text === latestText ? revisions.at(-1)?.sha256 : text)))
    const texts: Record<string, string> = {}
    await Promise.all(
      [...named].map(async (sha256) => {
        if (sha256 === undefined || !hashes.has(sha256)) return
        const key = `${documentId}/${sha256}`
        const reading = this.#held.get(key) ?? this.#texts.get(documentId, sha256)
        this.#held.set(key, reading)
        const text = await reading
        if (text !== undefined) texts[sha256] = text
      }),
    )
    return { revisions, texts }
  }

  async #readRevisions(documentId: string): Promise<readonly Revision[] | undefined> {
    const { folded } = await foldStream(this.#deps, document, documentStream(documentId))
    return folded.version === 0 ? undefined : folded.state.revisions
  }
}
