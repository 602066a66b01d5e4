import * as v from 'valibot'
import { RecordStatement } from '#events/statement/commands.ts'
import { statementId } from '#events/statement/id.ts'
import { parseStream, slugPattern } from '#events/streams.ts'
import type { Touched } from './in-order.ts'

/**
 * The ids of what a line writes and of what it may refer to. Any word in its body that could be an id is taken for one,
 * and ids are not told apart by kind: so no reference is missed, whatever field it stands in, and two lines that wait
 * for one another without need (an actor and a mission of the same name) lose only a moment.
 */
export function touched({ path, body }: { readonly path: string; readonly body: object }): Touched {
  const mentioned = new Set<string>()
  collect(body, mentioned)
  const written = writtenBy(path, body)
  return { written, mentioned }
}

/** What else a command refers to is known by its stream alone, so it was on record before, and no line can be too early. */
function writtenBy(path: string, body: object): string | undefined {
  const [, kind, id] = path.split('/')
  if (kind === 'events') return parseStream(id ?? '')?.id
  if (id !== undefined) return id
  if (kind === 'missions') return 'missionId' in body && typeof body.missionId === 'string' ? body.missionId : undefined
  const told = v.safeParse(RecordStatement, body) // what is not valid is refused, and writes nothing
  return told.success ? statementId(told.output) : undefined
}

/** Nesting has its limit in `readStrictJson`. */
function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (slugPattern.test(value)) found.add(value)
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collect(member, found)
  }
}
