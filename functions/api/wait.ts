import { setTimeout as delay } from 'node:timers/promises'
import { type Sought, seek, startOf } from '#functions/store/seek.ts'
import type { Deps } from './context.ts'

/** The most seconds that a write waits, whatever is preferred. */
const maxSeconds = 5
/** Milliseconds between two looks; the last one for all that follow. */
const waitsMs = [50, 100, 200, 400]

/**
 * How long `Prefer: wait=N` would have a write take, in milliseconds: N seconds, at most 5. Undefined where it is not
 * said, or is said otherwise: what is not understood of a preference is ignored, and of two of a name the first one
 * counts. Source: RFC 7240 §2, §4.3.
 */
export function preferredWaitMs(header: string | undefined): number | undefined {
  const preferences = (header ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split(',')
  const wait = preferences.find((preference) => /^\s*wait\s*(?:[=;]|$)/i.test(preference))
  const seconds = /^\s*wait\s*=\s*([0-9]+)\s*(?:;|$)/i.exec(wait ?? '')?.[1]
  return seconds === undefined ? undefined : Math.min(Number(seconds), maxSeconds) * 1_000
}

/** What a write waits for. */
export interface Awaited extends Sought {
  readonly streamId: string
  /** Of the event that records what was asked. */
  readonly version: number
  /** Of the last event that was recorded with it. */
  readonly until: number
  /** A position that it stands at or after, where one is known. */
  readonly from: number | undefined
}

/**
 * Waits until an event is sealed and every list shows it; its position then. Undefined where the time is up first, or
 * the stream is parked: then nobody knows when.
 */
export async function untilListed(
  { log, views }: Pick<Deps, 'log' | 'views'>,
  event: Awaited,
  ms: number,
): Promise<number | undefined> {
  const end = performance.now() + ms
  const goOn = () => performance.now() < end
  const mark = await poll(goOn, async () => {
    const mark = await log.mark(event.streamId)
    return mark && mark.version >= event.until ? mark : undefined
  })
  if (!mark) return undefined
  const position = mark.version === event.version ? mark.position : await find(log, event, mark.position, goOn)
  if (position === undefined) return undefined
  const generation = await views.generation({ fresh: true })
  const listed = await poll(goOn, async () => (await views.position(generation)) > mark.position || undefined)
  return listed && !(await views.isParked(generation, event.streamId)) ? position : undefined
}

async function find(log: Deps['log'], event: Awaited, last: number, goOn: () => boolean) {
  return seek(log, event, event.from ?? (await startOf(log, event, last)), last, goOn)
}

/** Asks at once, and again as long as `goOn` says so, until there is an answer. */
async function poll<Answer>(goOn: () => boolean, ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  for (let looks = 0; ; looks++) {
    const answer = await ask()
    if (answer !== undefined || !goOn()) return answer
    await delay(waitsMs[Math.min(looks, waitsMs.length - 1)])
  }
}
