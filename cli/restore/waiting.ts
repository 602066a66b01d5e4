import { setTimeout as delay } from 'node:timers/promises'

/** How far a deployment is with a log of a size: signed, and in its lists; and how many streams wait for a person. */
export interface Settled {
  readonly signed: number
  readonly listed: number
  readonly parked: number
}

/** How long nothing may change before nobody waits any longer, and how often is asked: answers are kept for 5 seconds. */
const patienceMs = 60_000
const betweenMs = 2_000

/**
 * Waits until all of the log is signed and in the lists, as `/healthz` says; or until it is not going on, or not answered.
 * Undefined where nobody answers.
 */
export async function waitUntilListed(
  url: string,
  key: string | undefined,
  size: number,
  told: (listed: number, of: number) => void,
): Promise<Settled | undefined> {
  let last: Settled | undefined
  for (let until = Date.now() + patienceMs; Date.now() < until; await delay(betweenMs)) {
    const now = await ask(url, key)
    if (!now) continue
    told(Math.min(now.listed, size), size)
    if (now.listed >= size && now.signed >= size) return now
    if (now.listed !== last?.listed || now.signed !== last.signed) until = Date.now() + patienceMs
    last = now
  }
  return last
}

async function ask(url: string, key: string | undefined): Promise<Settled | undefined> {
  try {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const answer = await fetch(`${url}/healthz`, { headers, signal: AbortSignal.timeout(10_000) })
    const health = (await answer.json()) as {
      checkpoint?: { size: number }
      project?: { position: number }
      parked?: { seal: number; project: number }
    }
    if (!answer.ok || !health.project) return undefined
    const { seal = 0, project = 0 } = health.parked ?? {}
    return { signed: health.checkpoint?.size ?? 0, listed: health.project.position, parked: seal + project }
  } catch {
    return undefined
  }
}
