import { base64 } from '#events/log/base.ts'
import { formatVkey, type VerifierKey } from '#events/log/note.ts'
import type { Findings } from './findings.ts'
import type { Head } from './head.ts'

/** Where the key comes from by which a log is trusted. */
export type Trust = 'given' | 'kept' | 'first-use'

/** What a run has to say at its end. */
export interface Said {
  readonly findings: Findings
  readonly head?: Head | undefined
  /** What was verified, as the sentence has it: `all 3 entries of harbour-watch.example/log`. */
  readonly what: string
  /** After it, whole sentences. */
  readonly notes: readonly string[]
  /** More for `--json`. */
  readonly more: Readonly<Record<string, unknown>>
}

const whole = new Intl.NumberFormat('en-GB')

/** `1 entry`, `1,204 entries` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${whole.format(count)} ${count === 1 ? one : many}`

/** One plain sentence; after it what a person should know besides. */
export const sentence = (said: Said): string => harmless(told(said))

function told({ findings, head, what, notes }: Said): string {
  const [first] = findings.kept
  if (first) {
    const more = findings.count - 1
    const others =
      more === 0 ? '' : more === 1 ? ', and one more thing is wrong' : `, and ${counted(more, 'more thing')} are wrong`
    return [`Wrong: ${first.what}${others}.`, ...notes].join(' ')
  }
  const signed = head ? `, signed by ${head.signedBy.map(({ name, keyId }) => `${name}+${keyId}`).join(' and ')}` : ''
  const seen = head?.witnessed
    ? ` ${counted(head.witnessed.count, 'witness has', 'witnesses have')} seen it, by ${instant(head.witnessed.time)}.`
    : ''
  return [`Verified: ${what}${signed}.${seen}`, ...notes].join(' ')
}

/** The most that is named beside the sentence. */
const mostOthers = 20

/** What else is wrong, a line each, as far as a person reads on: `--json` has more of it. */
export const others = ({ findings }: Said): string[] =>
  findings.kept.slice(1, 1 + mostOthers).map(({ what }) => harmless(`${what}.`))

/** What a log says of itself is shown on a terminal: none of it steers that. */
const harmless = (text: string) => text.replace(/\p{Cc}|\p{Cf}/gu, '�')

/** The same for a program. */
export function asJson(said: Said): string {
  const { findings, head, more } = said
  return JSON.stringify({
    verified: findings.count === 0,
    sentence: sentence(said),
    ...(head && {
      origin: head.checkpoint.origin,
      size: head.checkpoint.size,
      root: base64(head.checkpoint.root),
      signedBy: head.signedBy.map(formatVkey),
    }),
    ...(head?.witnessed && { witnesses: head.witnessed.count, witnessedBy: instant(head.witnessed.time) }),
    ...more,
    wrong: findings.count,
    findings: findings.kept,
  })
}

/** What a person should know of the key. */
export function trusted(trust: Trust, keys: readonly VerifierKey[], kept: boolean): string[] {
  if (trust !== 'first-use') return []
  const then = kept ? 'from now on it must be that one' : 'keep it with --state, or pin it with --key'
  return [`Its key was taken from the log itself: ${then}. ${keys.map(formatVkey).join(' ')}`]
}

/** `2031-02-06T09:14:03Z` */
const instant = (seconds: number) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z')
