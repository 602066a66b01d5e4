import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { statementId } from '#events/statement/id.ts'
import { statementStream } from '#events/streams.ts'
import { bare } from './bare.ts'
import { type Cloud, startCloud } from './cloud.ts'
import { each } from './each.ts'
import { type Figure, ms, type Part } from './figure.ts'
import { claimRead, placed, statementBody } from './ground.ts'
import { sideBySide } from './paired.ts'
import type { Size } from './size.ts'
import { ratioOf } from './spread.ts'

/** How many events one statement's stream has: so many readings of it, each a commit. */
const eventsEach = 5

/** Two local clouds side by side: one stays as small as it began, the other grows. */
export async function growth(size: Size): Promise<Part> {
  const [small, growing] = [await startCloud(), await startCloud()]
  try {
    const [start = 0, ...sizes] = size.grown
    for (const cloud of [small, growing]) await growTo(cloud, start)
    const figures: Figure[] = []
    for (const events of sizes) {
      await growTo(growing, events)
      figures.push(...(await compared(small, growing, size, start, events)))
    }
    return {
      name: 'growth',
      title: 'Growth',
      how: `Two local clouds side by side, one with ${start.toLocaleString('en-GB')} events and one with more, in statements of five: how many times as long the same takes in the larger one.`,
      figures,
    }
  } finally {
    await small.stop()
    await growing.stop()
  }
}

async function compared(small: Cloud, growing: Cloud, size: Size, start: number, events: number): Promise<Figure[]> {
  const rounds = { rounds: Math.ceil(size.rounds / 5), warmUp: Math.ceil(size.warmUp / 5) }
  const ids = new Map<Cloud, string>()
  const posts = new Map<Cloud, number[]>([
    [small, []],
    [growing, []],
  ])
  const visible = async (cloud: Cloud, round: number) => {
    const from = performance.now()
    const { id } = await cloud.ask('POST', '/statements', statementBody(`grown ${events} ${round}`))
    if (round >= rounds.warmUp) posts.get(cloud)?.push(performance.now() - from)
    await cloud.visible(id)
    ids.set(cloud, id)
  }
  const acts = (act: (cloud: Cloud, round: number) => Promise<unknown>) =>
    sideBySide({ small: (round) => act(small, round), grown: (round) => act(growing, round) }, rounds)
  const walks = await acts(async (cloud, round) => void (await visible(cloud, round)))
  const loads = await acts(async (cloud) => void (await cloud.ask('GET', `/statements/${ids.get(cloud)}`)))
  const lists = await acts(async (cloud) => void (await cloud.ask('GET', '/statements?speaker=mira-kovan&limit=20')))
  const of = `${events.toLocaleString('en-GB')} events`
  const beside = `${start.toLocaleString('en-GB')} events`
  const figure = (what: string, timed: Awaited<ReturnType<typeof acts>>): Figure => ({
    what: `${what}: ${of}`,
    value: ms(timed.of('grown')),
    ratio: timed.ratio('grown', 'small'),
    beside,
  })
  return [
    {
      what: `POST /statements: ${of}`,
      ratio: ratioOf(posts.get(growing) ?? [], posts.get(small) ?? []),
      beside,
    },
    figure('POST to visible in a list', walks),
    figure('GET /statements/{id}', loads),
    figure('GET /statements?speaker=, 20 items', lists),
  ]
}

let statements = 0

/** Puts commits on record through the gateway, as a writer would have, and waits until all are in the lists. */
async function growTo(cloud: Cloud, events: number): Promise<void> {
  const { id } = await cloud.ask('POST', '/statements', statementBody(`sample ${statements++}`))
  for (let n = 1; n < eventsEach; n++) await cloud.ask('POST', `/statements/${id}/claims`, claimRead(n).data as object)
  await cloud.visible(id)
  const floor = bare(cloud.client, cloud.table('Events'))
  const commits = await floor.query(statementStream(id))
  const missing = events - (await cloud.position())
  const streams = Array.from({ length: Math.max(0, Math.ceil(missing / eventsEach)) }, () =>
    statementStream(statementId(statementBody(`seeded ${statements++}`))),
  )
  await each(streams, 16, async (streamId) => {
    for (const [index, commit] of commits.entries()) {
      try {
        await floor.put(placed(commit, streamId, index + 1))
      } catch (error) {
        // Nobody else writes to it: the SDK sent the put again because its answer was late, and found it done.
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    }
  })
  await cloud.settled(events)
}
