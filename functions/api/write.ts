import type { Context } from 'hono'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import type { WithholdPayloadCommand } from '#events/withholding.ts'
import { commandHash, commandId, drawSalts, idempotencyKeyPattern } from '#functions/store/command-id.ts'
import { type Handled, handle } from '#functions/store/handle.ts'
import { ifMatch } from './answer.ts'
import type { Deps, Env } from './context.ts'
import { Problem } from './problem.ts'
import { sentHeader } from './sent-header.ts'
import { preferredWaitMs, untilListed } from './wait.ts'

/** What came of a command, and at which position it is, where the caller waited for that. */
export interface Recorded {
  readonly version: number
  readonly added: boolean
  readonly position?: number
}

interface Options {
  /** What is to be durable before the event is. */
  readonly before?: () => Promise<void>
  /** The command names the version that it is made from: `decide` holds it to `If-Match`, and nobody else. */
  readonly isRevision?: boolean
}

/**
 * Hands a command over to load, decide and append, named as its headers say and signed with the key's slug. With
 * `Prefer: wait` it then waits until what is recorded is in every list.
 */
export async function record<State, Command, Event extends DomainEvent>(
  c: Context<Env>,
  deps: Pick<Deps, 'store' | 'texts' | 'views' | 'log' | 'report'>,
  kind: Kind<State, Command, Event>,
  streamId: string,
  command: Command | WithholdPayloadCommand,
  { before, isRevision = false }: Options = {},
): Promise<Recorded> {
  const { id, slug } = c.get('key')
  const meta = {
    commandid: commandId(id, idempotencyKey(c)),
    commandhash: commandHash(c.req.method, c.req.path, c.get('sent')),
    recordedBy: slug,
    salt: drawSalts(),
  }
  const expected = isRevision ? undefined : ifMatch(c)
  const waitMs = preferredWaitMs(sentHeader(c, 'Prefer'))
  if (waitMs === undefined) return handle(deps, kind, streamId, command, meta, { ifMatch: expected, before })

  // Read beside the stream, and before the append: what is appended is sealed at or after this position.
  const size = deps.log.head().then(
    (head) => head.size,
    () => undefined,
  )
  const ready = async () => void (await Promise.all([size, before?.()]))
  const handled = await handle(deps, kind, streamId, command, meta, { ifMatch: expected, before: ready })
  try {
    const position = await listed(deps, streamId, handled, await size, waitMs)
    return position === undefined ? handled : { ...handled, position }
  } catch (error) {
    deps.report(error, c.get('requestId')) // what is recorded is recorded, whoever cannot say where
    return handled
  }
}

async function listed(
  deps: Pick<Deps, 'store' | 'views' | 'log'>,
  streamId: string,
  { version, added, events }: Pick<Handled<unknown>, 'version' | 'added' | 'events'>,
  size: number | undefined,
  waitMs: number,
): Promise<number | undefined> {
  const time = events[0]?.time ?? (await deps.store.holding(streamId, version))?.time ?? ''
  const until = version + Math.max(0, events.length - 1)
  const from = added ? size : undefined
  return untilListed(deps, { streamId, id: `${streamId}/${version}`, version, until, time, from }, waitMs)
}

function idempotencyKey(c: Context<Env>): string | undefined {
  const header = sentHeader(c, 'Idempotency-Key')
  if (header !== undefined && !idempotencyKeyPattern.test(header)) {
    throw new Problem('invalid-header', 'Idempotency-Key takes 1 to 128 printable ASCII characters.')
  }
  return header
}
