import { kinds } from '#events/kinds.ts'
import { statementId } from '#events/statement/id.ts'
import { statementStream } from '#events/streams.ts'
import { type Item, toItem } from '#functions/store/commit.ts'
import { someCommand } from '../support/log.ts'
import { bare } from './bare.ts'
import { type Figure, ms, type Part } from './figure.ts'
import { claimRead, type Ground, placed, recordedStatement, startGround, statementBody } from './ground.ts'
import { sideBySide, timed } from './paired.ts'
import type { Size } from './size.ts'

let streams = 0
/** Names of new streams, all of the same length. */
const newStreams = (count: number) =>
  Array.from({ length: count }, () => statementStream(statementId(statementBody(`new ${streams++}`))))

/** The store's append and load, each beside the bare call that moves the same bytes. */
export async function store(size: Size): Promise<Part> {
  const ground = await startGround()
  try {
    return {
      name: 'store',
      title: 'Append and load',
      how: 'The event store beside the SDK alone: a conditional PutItem of the same item, a strongly consistent Query of the same stream followed to its end. Sixteen writers write to as many streams at once; the figure is the time until all are done.',
      figures: [
        await appending(ground, size, 1, 1),
        await appending(ground, size, 4, 1),
        await appending(ground, size, 1, 16),
        await appending(ground, size, 4, 16),
        await loading(ground, size, 10),
        await loading(ground, { ...size, rounds: Math.ceil(size.rounds / 5) }, 1_000),
      ].flat(),
    }
  } finally {
    await ground.stop()
  }
}

async function appending(ground: Ground, size: Size, count: number, writers: number): Promise<Figure[]> {
  const { store, client, tables } = ground
  const { shapes } = kinds.statement
  const events = [recordedStatement('some').event, ...Array.from({ length: count - 1 }, (_, n) => claimRead(n))]
  const [first = ''] = newStreams(1)
  const sample = toItem(await store.append(await store.load(first), events, shapes, someCommand()))
  const floor = bare(client, tables.events)
  const result = await sideBySide(
    {
      append: async () => {
        const loaded = await Promise.all(newStreams(writers).map((streamId) => store.load(streamId)))
        return timed(() => Promise.all(loaded.map((one) => store.append(one, events, shapes, someCommand()))))
      },
      put: async () => {
        const items = newStreams(writers).map((streamId) => placed(sample, streamId))
        return timed(() => Promise.all(items.map((item) => floor.put(item))))
      },
    },
    size,
  )
  const of = `${count} event${count > 1 ? 's' : ''}, ${writers} writer${writers > 1 ? 's' : ''}`
  return [
    { what: `bare put: ${of}`, value: ms(result.of('put')) },
    {
      what: `append: ${of}`,
      value: ms(result.of('append')),
      ratio: result.ratio('append', 'put'),
      beside: 'the bare put',
    },
  ]
}

async function loading(ground: Ground, size: Size, count: number): Promise<Figure[]> {
  const { store, client, tables } = ground
  const floor = bare(client, tables.events)
  const [streamId = ''] = newStreams(1)
  await ground.append(streamId, recordedStatement('some').event)
  await ground.append(streamId, claimRead(1))
  const claim = (await floor.query(streamId)).at(-1) as Item
  for (let version = 3; version <= count; version++) await floor.put(placed(claim, streamId, version))
  const result = await sideBySide(
    { load: async () => void (await store.load(streamId)), query: async () => void (await floor.query(streamId)) },
    size,
  )
  const of = `${count.toLocaleString('en-GB')} events`
  return [
    { what: `bare query: ${of}`, value: ms(result.of('query')) },
    {
      what: `load: ${of}`,
      value: ms(result.of('load')),
      ratio: result.ratio('load', 'query'),
      beside: 'the bare query',
    },
  ]
}
