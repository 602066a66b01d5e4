import fc from 'fast-check'
import type { ActorCommand } from '#events/actor/commands.ts'
import { CorrectMembership, MergeActor, RecordMembership, RegisterActor, UndoMerge } from '#events/actor/commands.ts'
import { parseBody } from '#events/validate.ts'
import { correcting, day, evidence, from, id, json, later, optional, slug, taken, told, words } from './parts.ts'

const who = json(
  fc.record({
    kind: fc.constantFrom('person', 'state'),
    name: words,
    names: optional(fc.array(words, { maxLength: 2 })),
  }),
).map((body) => parseBody(RegisterActor, body))
const registerActor = who.map((data): ActorCommand => ({ type: 'RegisterActor', data: { actorId: 'a', ...data } }))
const reviseActor = fc
  .tuple(from, who)
  .map(([from, data]): ActorCommand => ({ type: 'ReviseActor', data: { ...data, from } }))
const besideActor: fc.Arbitrary<ActorCommand> = fc.oneof(
  told('RecordMembership', RecordMembership, {
    membershipId: id,
    role: words,
    organization: optional(slug),
    start: optional(day),
    end: optional(later),
    evidence: optional(evidence),
  }),
  fc
    .tuple(
      id,
      correcting(
        'CorrectMembership',
        CorrectMembership,
        {},
        {
          role: optional(words),
          start: taken(day),
          end: taken(later),
          evidence: taken(evidence),
        },
      ),
    )
    .map(([membershipId, { type, data }]) => ({ type, data: { ...data, membershipId } })),
  told('MergeActor', MergeActor, { into: slug, reason: words }),
  told('UndoMerge', UndoMerge, { reason: words }),
)

/** Commands to one actor. */
export const actorCommands = fc.oneof(registerActor, reviseActor, { weight: 2, arbitrary: besideActor })
