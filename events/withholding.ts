import * as v from 'valibot'
import type { Decision, Kind, Known } from './decide.ts'
import type { DomainEvent } from './envelope.ts'
import type { Folded } from './fold.ts'
import { Refusal, type RefusalCode } from './refusal.ts'
import { strict } from './schema.ts'
import { once } from './told.ts'
import { firstWithheld, PayloadWithheld, payloadWithheld, type Withheld } from './withheld.ts'

const { ground, authority } = PayloadWithheld.pipe[0].entries

/** Why the payload of an event is withheld. Which event it is, the path says. */
export const WithholdPayload = v.pipe(
  strict({ ground, authority }),
  v.title('WithholdPayload'),
  v.description('Why the payload of an event is withheld by law, as it may be told to everybody.'),
)
/** A command to a stream of any kind. */
export interface WithholdPayloadCommand {
  readonly type: 'WithholdPayload'
  readonly data: PayloadWithheld
}
export interface PayloadWithheldEvent {
  readonly type: typeof payloadWithheld
  readonly data: PayloadWithheld
}

export const isWithholdPayload = (command: unknown): command is WithholdPayloadCommand =>
  typeof command === 'object' && command !== null && 'type' in command && command.type === 'WithholdPayload'

/**
 * What a command comes to in a stream, be it to withhold or one of its kind. In a stream whose first event is withheld
 * nothing more is decided but what else is to be withheld: it would rest on what nobody may see.
 * @throws {Refusal} `withheld`, `event-not-recorded`, `withholding-stays`, and as the kind's `decide` says
 * @throws {InvalidInput} as the kind's `decide` says
 */
export function decided<State, Command, Event extends DomainEvent>(
  { decide }: Pick<Kind<State, Command, Event>, 'decide'>,
  command: Command | WithholdPayloadCommand,
  folded: Folded<State>,
  known: Known,
): Decision<Event | PayloadWithheldEvent> {
  if (isWithholdPayload(command)) return withhold(command.data, folded)
  const { withheld = [] } = folded
  if (firstWithheld(folded)) throw refuse(withheld.slice(0, 1))
  try {
    return decide(command, folded.state, known)
  } catch (error) {
    const sought = error instanceof Refusal ? (recordedBy[error.code] ?? []) : []
    const meant = withheld.filter(({ type }) => sought.includes(type))
    if (meant.length > 0) throw refuse(meant)
    throw error
  }
}

function withhold(data: PayloadWithheld, { version, withheld = [] }: Folded<unknown>): Decision<PayloadWithheldEvent> {
  if (data.version > version) throw new Refusal('event-not-recorded', { version })
  if (withheld.some(({ by }) => by?.version === data.version)) throw new Refusal('withholding-stays')
  const told = withheld.find((event) => event.version === data.version)?.by
  return once(told, data, [], () => ({ type: payloadWithheld, data }))
}

const refuse = (events: readonly Withheld[]) =>
  new Refusal('withheld', { withheld: events.map(({ version }) => version) })

/** What is not found may be withheld: nothing tells its id any more. The events that record what each code misses. */
const recordedBy: Partial<Record<RefusalCode, readonly string[]>> = {
  'claim-not-recorded': ['ClaimRead'],
  'dispute-not-recorded': ['StatementDisputed'],
  'membership-not-recorded': ['MembershipRecorded'],
  'report-not-recorded': ['PhaseRecorded', 'ContingentRecorded'],
  'lesson-not-recorded': ['LessonRecorded'],
  'actor-not-merged': ['ActorsMerged'],
  'mission-not-closed': ['MissionClosed'],
}
