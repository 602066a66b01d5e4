import type { Context } from 'hono'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { commandHash, commandId, drawSalts, idempotencyKeyPattern } from '#functions/store/command-id.ts'
import { type Handled, handle } from '#functions/store/handle.ts'
import { ifMatch } from './answer.ts'
import type { Deps, Env } from './context.ts'
import { Problem } from './problem.ts'
import { sentHeader } from './sent-header.ts'

/**
 * Hands a command over to load, decide and append, named as its headers say and signed with the key's slug. What
 * `before` does is durable before the event is.
 */
export function record<State, Command, Event extends DomainEvent>(
  c: Context<Env>,
  deps: Pick<Deps, 'store' | 'texts' | 'views'>,
  kind: Kind<State, Command, Event>,
  streamId: string,
  command: Command,
  before?: () => Promise<void>,
): Promise<Handled<State>> {
  const { id, slug } = c.get('key')
  const meta = {
    commandid: commandId(id, idempotencyKey(c)),
    commandhash: commandHash(c.req.method, c.req.path, c.get('sent')),
    recordedBy: slug,
    salt: drawSalts(),
  }
  return handle(deps, kind, streamId, command, meta, { ifMatch: ifMatch(c), before })
}

function idempotencyKey(c: Context<Env>): string | undefined {
  const header = sentHeader(c, 'Idempotency-Key')
  if (header !== undefined && !idempotencyKeyPattern.test(header)) {
    throw new Problem('invalid-header', 'Idempotency-Key takes 1 to 128 printable ASCII characters.')
  }
  return header
}
