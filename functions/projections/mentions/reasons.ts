import { type Actor, currentActor } from '#events/actor/fold.ts'
import { currentMembership } from '#events/actor/references.ts'
import { dated, datingBounds } from '#events/dating.ts'
import type { Bounds } from '#events/edtf.ts'
import { daysBetween, type Holds, holdsOn, roleHeldOn } from '#events/holds.ts'
import { inOrder } from '#events/item.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { soundOf, tellingWords } from '../actors/names.ts'
import { namesOf } from '../actors/rows.ts'
import type { ReasonView } from './view.ts'

/** A word of a mention, as written and as it sounds. */
export interface Word {
  readonly written: string
  readonly sound: string
}

/** The words of a mention that tell somebody apart, each once; none in `she`. */
export const mentionWords = (mention: string): Word[] => [
  ...new Map(tellingWords(mention).map((written) => [soundOf(written), { written, sound: soundOf(written) }])).values(),
]

/** A reason, and how far the days it speaks of are from those asked for: 0 where they meet, infinite where it has none. */
export interface Reason {
  readonly view: ReasonView
  /** By how they sound. */
  readonly covers: readonly string[]
  readonly days: number
}

/** What is asked. */
export interface Question {
  readonly words: readonly Word[]
  readonly on: Bounds | undefined
  /** The organization asked for and all that are one with it. */
  readonly within: ReadonlySet<string> | undefined
}

/**
 * The names of an actor that have a word of the mention; of several, those that have the most. Whoever has no name of
 * its own is described by it, and a part of a description can be said of others: `a deputy foreign minister`.
 */
export function nameReasons(state: Actor, { words }: Question): Reason[] {
  const isDescribed =
    state.registered !== undefined && described.has(currentActor(state.registered, state.revisions).kind)
  const found = namesOf(state).flatMap((text): Reason[] => {
    const match = matching(text, words)
    if (!match) return []
    const certainty = isDescribed && !match.whole ? 'possible' : match.exact
    const view: ReasonView = { because: 'name', text, words: match.written, certainty }
    return [{ view, covers: match.sounds, days: Number.POSITIVE_INFINITY }]
  })
  const most = Math.max(0, ...found.map(({ covers }) => covers.length))
  return found.filter(({ covers }) => covers.length === most).slice(0, 3)
}

/**
 * The roles of an actor that have a word of the mention and can be held on the days asked for. `over` has the words of
 * those that certainly were not: what a statement of another day says of such a role does not bring it back.
 */
export function roleReasons(state: Actor, { words, on, within }: Question): { reasons: Reason[]; over: Set<string> } {
  const over = new Set<string>()
  const reasons = inOrder(state.memberships).flatMap((item): Reason[] => {
    const { membershipId, role, organization, onBehalfOf, heldOn, start, end } = currentMembership(item)
    const match = matching(role, words)
    if (!match || !isWithin({ organization, onBehalfOf }, within)) return []
    const holds = on ? roleHeldOn({ heldOn, start, end }, on) : 'certain'
    if (!holds) {
      for (const sound of match.sounds) over.add(sound)
      return []
    }
    const view: ReasonView = {
      because: 'role',
      text: role,
      words: match.written,
      membershipId,
      ...(organization === undefined ? {} : { organization }),
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      ...dated({ heldOn, start, end }),
      certainty: both(match.exact, holds),
    }
    const days = on && !start && !end ? daysFrom(heldOn, on, holds) : 0 // between its start and its end it is held
    return [{ view, covers: match.sounds, days }]
  })
  for (const { covers } of reasons) for (const sound of covers) over.delete(sound)
  return { reasons, over }
}

/** What a statement says its speaker was or was called, as far as it has a word of the mention. */
export function statementReasons(
  state: Statement,
  statementId: string,
  speakerId: string,
  { words, on, within }: Question,
  over: ReadonlySet<string>,
): Reason[] {
  if (!state.recorded) return []
  const { speaker, saidOn } = currentStatement(state.recorded, state.corrections)
  // The state may be newer than the row that led to it.
  if (speaker.actorId !== speakerId || !isWithin(speaker, within)) return []
  const told: [ReasonView['because'], string | undefined][] = [
    ['role', speaker.role],
    ['mention', speaker.mention?.text],
  ]
  return told.flatMap(([because, text]): Reason[] => {
    const match = text === undefined ? undefined : matching(text, words)
    if (text === undefined || !match) return []
    const holds = on ? holdsOn(saidOn, on) : 'certain'
    if (!holds && match.sounds.every((sound) => over.has(sound))) return []
    const view: ReasonView = {
      because,
      text,
      words: match.written,
      statementId,
      ...(speaker.organization === undefined ? {} : { organization: speaker.organization }),
      ...(speaker.onBehalfOf === undefined ? {} : { onBehalfOf: speaker.onBehalfOf }),
      ...dated({ saidOn }),
      // Said of another day, it may still have been so on this one: nobody says that it was not.
      certainty: both(match.exact, holds ?? 'possible'),
    }
    return [{ view, covers: match.sounds, days: on ? daysFrom(saidOn, on, holds) : 0 }]
  })
}

/** Whether any role that an actor holds on the days asked for, or without a day may hold, is in the organization. */
export const belongs = (state: Actor, { on, within }: Question): boolean =>
  within === undefined ||
  inOrder(state.memberships).some((item) => {
    const membership = currentMembership(item)
    return isWithin(membership, within) && (!on || roleHeldOn(membership, on) !== undefined)
  })

const isWithin = (
  { organization, onBehalfOf }: { organization?: string | undefined; onBehalfOf?: string | undefined },
  within: ReadonlySet<string> | undefined,
): boolean => within === undefined || [organization, onBehalfOf].some((one) => one !== undefined && within.has(one))

const described: ReadonlySet<string> = new Set(['unnamed', 'collective'])

/** The words of a mention that a text has, whether all of them stand so in it, and whether it has no others. */
function matching(text: string, words: readonly Word[]) {
  const written = new Set(tellingWords(text))
  const sounds = new Set([...written].map(soundOf))
  const found = words.filter(({ sound }) => sounds.has(sound))
  if (found.length === 0) return undefined
  const exact: Holds = found.every((word) => written.has(word.written)) ? 'certain' : 'possible'
  const whole = sounds.size === found.length
  return { written: found.map((word) => word.written), sounds: found.map(({ sound }) => sound), exact, whole }
}

const both = (a: Holds, b: Holds): Holds => (a === 'certain' ? b : a)

function daysFrom(dating: Parameters<typeof datingBounds>[0], on: Bounds, holds: Holds | undefined): number {
  return holds === 'certain' ? 0 : daysBetween(datingBounds(dating), on)
}
