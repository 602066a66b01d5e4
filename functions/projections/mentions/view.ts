import * as v from 'valibot'
import { ActorRegistered } from '#events/actor/events.ts'
import { DatingView } from '#events/dating.ts'

/** Why an actor can be who is meant. */
export const ReasonView = v.pipe(
  v.strictObject({
    because: v.pipe(
      v.picklist(['name', 'role', 'mention']),
      v.description('`name`: it goes by it; `role`: it holds or held it; `mention`: a document called it so'),
    ),
    actorId: v.exactOptional(
      v.pipe(v.string(), v.description('Of whom it is told, where that one is merged into the candidate')),
    ),
    text: v.pipe(v.string(), v.description('The name, the role or the mention, as recorded')),
    words: v.pipe(v.array(v.string()), v.description('The words of the mention that are found in it')),
    membershipId: v.exactOptional(v.pipe(v.string(), v.description('Of a role over time'))),
    statementId: v.exactOptional(v.pipe(v.string(), v.description('Of a role as held when a statement was made'))),
    organization: v.exactOptional(v.string()),
    onBehalfOf: v.exactOptional(v.string()),
    saidOn: v.exactOptional(DatingView),
    heldOn: v.exactOptional(DatingView),
    start: v.exactOptional(DatingView),
    end: v.exactOptional(DatingView),
    certainty: v.pipe(
      v.picklist(['certain', 'possible']),
      v.description(
        '`certain`: the words are those recorded, and with `on` it is said of each of its days; `possible`: the words only sound alike, or the days can be others',
      ),
    ),
  }),
  v.title('Reason'),
)
export type ReasonView = v.InferOutput<typeof ReasonView>

const { kind, name } = ActorRegistered.pipe[0].entries

/** An actor who can be meant by a mention. */
export const CandidateView = v.pipe(
  v.strictObject({
    actorId: v.string(),
    name,
    kind,
    certainty: v.pipe(
      v.picklist(['certain', 'possible']),
      v.description(
        '`certain`: reasons that are certain cover every word of the mention. That others can be meant as well is not excluded: see how many there are',
      ),
    ),
    why: v.pipe(v.array(ReasonView), v.description('The strongest first')),
  }),
  v.title('Candidate'),
)
export type CandidateView = v.InferOutput<typeof CandidateView>

/** Who can be meant by a mention. */
export const ResolvedView = v.pipe(
  v.strictObject({
    candidates: v.pipe(
      v.array(CandidateView),
      v.description('The likeliest first; none where nobody is known to be called so'),
    ),
    complete: v.pipe(
      v.boolean(),
      v.description('False where so many are called so that not all were looked at: ask with more words'),
    ),
    position: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.description('How far the rows have come: every event of the log before this position is in them'),
    ),
  }),
  v.title('Resolved'),
)
export type ResolvedView = v.InferOutput<typeof ResolvedView>
