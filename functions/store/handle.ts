import { setTimeout as delay } from 'node:timers/promises'
import type { Kind } from '#events/decide.ts'
import type { CloudEvent, DomainEvent } from '#events/envelope.ts'
import { type Folded, foldOnto } from '#events/fold.ts'
import { withholdingShapes } from '#events/withheld.ts'
import { decided, isWithholdPayload, type WithholdPayloadCommand } from '#events/withholding.ts'
import { type Commit, restoredHash } from './commit.ts'
import { type EventStore, isOwn, type Loaded, VersionConflict } from './event-store.ts'
import { foldStream, type StreamDeps } from './fold-stream.ts'
import { KnownReader } from './known.ts'
import type { CommandMeta } from './new-commit.ts'
import type { Texts } from './texts.ts'
import { unanswered } from './unanswered.ts'

/** What came of a command. */
export interface Handled<State> {
  /** The stream with the command's events in it. */
  readonly folded: Folded<State>
  /** Of the event that records what was asked. */
  readonly version: number
  /** Whether this very call recorded it; false where it was on record already. */
  readonly added: boolean
  /** What this call added. */
  readonly events: readonly CloudEvent[]
}

export interface HandleOptions {
  /** The version that the caller builds on: nothing is added to a stream at another. */
  readonly ifMatch?: number | undefined
  /** What is to be durable before an event refers to it. Called once the command is not refused; safe to repeat. */
  readonly before?: (() => Promise<void>) | undefined
}

/** An idempotency key came again in the same stream, with another command. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused'
  readonly streamId: string
  constructor(streamId: string) {
    super(`The idempotency key was used in ${streamId} for another command`)
    this.streamId = streamId
  }
}

/** Others kept writing to the stream, each time between our load and our append. */
export class Contended extends Error {
  override readonly name = 'Contended'
  readonly streamId: string
  constructor(streamId: string, tries: number) {
    super(`${tries} times somebody else wrote to ${streamId} first`)
    this.streamId = streamId
  }
}

/** How often a command is tried, and the longest wait in between. */
const maxTries = 24
const maxWaitMs = 200
/** How often a put that nobody answered is looked for. */
const maxLost = 3

/**
 * Load, decide, append; again when another writer came between. A command whose answer was lost recognizes itself by
 * its commandid, so it is recorded once, however often it is sent.
 * @throws {Refusal} @throws {InvalidInput} as `decided` says
 * @throws {VersionConflict} there is something to add, and the stream is not at `ifMatch`
 * @throws {IdempotencyKeyReused} @throws {Contended}
 */
export async function handle<State, Command, Event extends DomainEvent>(
  deps: StreamDeps & { readonly texts: Texts },
  kind: Kind<State, Command, Event>,
  streamId: string,
  command: Command | WithholdPayloadCommand,
  meta: CommandMeta,
  options: HandleOptions = {},
): Promise<Handled<State>> {
  const reader = new KnownReader(deps)
  // Most references stand in the command, so they are read beside the stream; the few that only its state tells, after.
  const referred = (state: State) => (isWithholdPayload(command) ? [] : kind.references(command, state))
  const expected = referred(kind.fold.initial())
  let lost = 0
  for (let tries = 1; ; tries++) {
    const [{ loaded, folded }] = await Promise.all([foldStream(deps, kind, streamId), reader.read(expected)])

    const earlier = await earlierCommit(deps.store, loaded, folded, meta)
    if (earlier) return again(folded, earlier, meta)

    const known = await reader.read(referred(folded.state))
    const decision = decided(kind, command, folded, known)
    if ('version' in decision) {
      await options.before?.()
      return { folded, version: decision.version, added: false, events: [] }
    }
    if (options.ifMatch !== undefined && options.ifMatch !== loaded.version) {
      throw new VersionConflict(streamId, options.ifMatch, loaded.version)
    }

    await options.before?.() // durable, not yet referred to: a crash here leaves litter, never a lie
    try {
      const commit = await deps.store.append(loaded, decision.events, { ...kind.shapes, ...withholdingShapes }, meta)
      return {
        folded: isWithholdPayload(command)
          ? (await foldStream(deps, kind, streamId)).folded // without what it has just withheld
          : foldOnto(kind.fold, kind.upcast, folded, commit.events),
        version: commit.version,
        added: true,
        events: commit.events,
      }
    } catch (error) {
      if (error instanceof VersionConflict) {
        if (tries === maxTries) throw new Contended(streamId, tries)
      } else if (!unanswered(error) || ++lost === maxLost) {
        throw error
      }
      await delay(Math.random() * Math.min(maxWaitMs, 5 * 2 ** tries))
    }
  }
}

/** The commit of an earlier sending of the command: of one that the fold remembers, also where it was not loaded. */
async function earlierCommit(
  store: EventStore,
  { streamId, commits }: Loaded,
  { commands }: Folded<unknown>,
  { commandid }: CommandMeta,
): Promise<Commit | undefined> {
  const told = commands.find(({ id }) => id === commandid)
  if (!told) return undefined
  return commits.find(({ version }) => version === told.version) ?? store.holding(streamId, told.version)
}

/** The command is in the stream: by an earlier sending of it, or by this one, whose answer was lost. */
function again<State>(folded: Folded<State>, commit: Commit, meta: CommandMeta): Handled<State> {
  if (![meta.commandhash, restoredHash].includes(commit.commandhash)) throw new IdempotencyKeyReused(commit.streamId)
  const added = isOwn(commit, meta)
  return { folded, version: commit.version, added, events: added ? commit.events : [] }
}
