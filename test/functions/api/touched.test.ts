import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Kind } from '#events/decide.ts'
import type { DomainEvent } from '#events/envelope.ts'
import { kinds } from '#events/kinds.ts'
import { RecordStatement } from '#events/statement/commands.ts'
import { statementId } from '#events/statement/id.ts'
import { parseStream } from '#events/streams.ts'
import { parseBody } from '#events/validate.ts'
import { touched } from '#functions/api/imports/touched.ts'
import { commandsOf } from '../../events/arbitraries.ts'
import { decideOn, folded } from '../../support/given.ts'
import { statement } from './fixtures.ts'
import { writes } from './writes.ts'

const idsOf = (references: readonly { streamId: string }[]) =>
  references.map(({ streamId }) => parseStream(streamId)?.id ?? streamId)

/** Whatever one command after the other refers to stands in its body, or was referred to before in its stream. */
function refersToNothingUnseen<State, Command extends { data: object }, Event extends DomainEvent>(
  kind: Kind<State, Command, Event>,
  commands: readonly Command[],
): number {
  const events: Event[] = []
  const before = new Set<string>()
  let seen = 0
  for (const command of commands) {
    const { mentioned } = touched({ path: '/missions/some', body: command.data })
    const ids = idsOf(kind.references(command, folded(kind, events).state))
    for (const id of idsOf(kind.references(command, kind.fold.initial()))) expect([...mentioned]).toContain(id)
    for (const id of ids) if (!before.has(id)) expect([...mentioned]).toContain(id)
    seen += ids.length
    for (const id of mentioned) before.add(id)
    try {
      events.push(...(decideOn(kind, folded(kind, events), command).events as readonly Event[]))
    } catch {
      // refused: it adds nothing
    }
  }
  return seen
}

it.each(Object.keys(kinds) as (keyof typeof kinds)[])('misses no reference of a command to a %s', (name) => {
  let seen = 0
  const commands = fc.array(commandsOf[name] as fc.Arbitrary<never>, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(commands, (told) => {
      seen += refersToNothingUnseen(kinds[name] as never, told)
    }),
  )
  expect(seen).toBeGreaterThan(10)
})

it('knows what each write writes', () => {
  for (const { path, json } of writes) {
    const { written } = touched({ path, body: json })
    if (path === '/statements') expect(written).toBe(statementId(parseBody(RecordStatement, statement)))
    else if (path === '/missions') expect(written).toBe('harbour-watch')
    else if (path.startsWith('/events/')) expect(path).toContain(`-${written}/`)
    else expect(path).toMatch(new RegExp(`^/[a-z]+/${written}(/|$)`))
  }
})

it('writes nothing where the body makes no id', () => {
  expect(touched({ path: '/statements', body: { documentId: 'a' } }).written).toBeUndefined()
  expect(touched({ path: '/missions', body: { missionId: 1 } }).written).toBeUndefined()
})
