import { paginateScan } from '@aws-sdk/client-dynamodb'
import { nothing } from '#events/fold.ts'
import { kinds } from '#events/kinds.ts'
import { parseStream } from '#events/streams.ts'
import { advance, nowhere, type Point } from '#functions/project/advance.ts'
import { Project } from '#functions/project/project.ts'
import { Stretches, stretchLength } from '#functions/project/stretches.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import type { Item } from '#functions/store/commit.ts'
import { chunkPartition } from '#functions/store/log-item.ts'
import { createTables } from '../support/engine.ts'
import { bare } from './bare.ts'
import { each } from './each.ts'
import { exactly, ms, type Part } from './figure.ts'
import { type Ground, startGround } from './ground.ts'
import { recordHistory } from './history.ts'
import { sideBySide, timed } from './paired.ts'
import type { Size } from './size.ts'
import { ratioOf, spreadOf } from './spread.ts'

/** Rounds of what takes seconds. */
const rounds = 5
/** As many as the project step has under way: eight streams, eight rows of each. */
const putsAtOnce = 64

/** The log made into rows again: in memory beside reading it, and written beside writing the same rows. */
export async function replay(size: Size): Promise<Part> {
  const reading = await startGround()
  try {
    await recordHistory(reading, size.replayed)
    const folding = await sideBySide(
      { read: () => readPages(reading), fold: () => foldPages(reading) },
      { rounds: Math.min(rounds, size.rounds), warmUp: 1 },
    )
    const written = await writtenBesideBare(size.replayed, Math.min(rounds, size.rounds))
    const events = size.replayed.toLocaleString('en-GB')
    return {
      name: 'replay',
      title: 'Replay',
      how: `${events} events in statements of four. In memory: the pages of the log read, decoded, folded into states and rows, beside the same Queries with their answers dropped. Written: a new generation filled by the project step, from the first event to the switch, beside the SDK alone putting the same items at the same concurrency; ${events} events over all rounds.`,
      figures: [
        { what: 'reading the pages', value: ms(folding.of('read')) },
        {
          what: 'reading and folding',
          value: ms(folding.of('fold')),
          ratio: folding.ratio('fold', 'read'),
          beside: 'reading the pages',
          budget: { name: 'replay: the log folded in memory', atMost: 1.3 },
        },
        { what: 'rows and states written per event', value: exactly(written.itemsPerEvent, 'items') },
        { what: 'bare puts of them', value: ms(spreadOf(written.bare)) },
        {
          what: 'a generation filled',
          value: ms(spreadOf(written.project)),
          ratio: ratioOf(written.project, written.bare),
          beside: 'the bare puts',
          budget: { name: 'replay: rows written', atMost: 1.3 },
        },
      ],
    }
  } finally {
    await reading.stop()
  }
}

async function readPages({ client, tables, log }: Ground): Promise<void> {
  const { query } = bare(client, tables.log)
  const { size } = await log.head()
  for (let position = 0; position < size; position += 256) await query(chunkPartition(position), 'pk')
}

/** As a generation is filled: in stretches, read ahead, its states in memory, its rows compared at a stretch's ends. */
async function foldPages({ log }: Ground): Promise<void> {
  const points = new Map<string, Point>()
  const stretches = new Stretches(log, stretchLength)
  const { size } = await log.head()
  for (let position = 0; position < size; ) {
    const events = await stretches.read(position)
    for (const [streamId, its] of Map.groupBy(events, ({ subject }) => subject)) {
      const kind = parseStream(streamId)?.kind
      if (!kind) throw new Error(`${streamId} is of no known kind`)
      const models = readModels.filter((model) => model.kind === kind)
      const from = points.get(streamId) ?? { folded: nothing<unknown>(kinds[kind].fold), position: nowhere }
      const outcome = advance(kinds[kind], models, streamId, from, its, { ends: true })
      if ('error' in outcome) throw outcome.error
      points.set(streamId, outcome.to)
    }
    position += events.length
  }
}

/** In every round a log of its own: by the project step, then what that wrote, by the SDK alone, into another table. */
async function writtenBesideBare(events: number, count: number) {
  const project: number[] = []
  const puts: number[] = []
  let items = 0
  for (let round = 0; round < count; round++) {
    const ground = await startGround()
    try {
      const { client, tables } = ground
      await projectOf(ground, shape - 1).run() // rows of an older shape are read, and there are none
      await recordHistory(ground, Math.ceil(events / count))
      const { size } = await ground.log.head()
      const filling = projectOf(ground, shape)
      project.push(await timed(() => filling.fill({ ifNeeded: true })))
      const written: Item[] = []
      for await (const { Items = [] } of paginateScan({ client }, { TableName: tables.views })) written.push(...Items)
      const copy = bare(client, (await createTables(client)).views)
      puts.push(await timed(() => each(written, putsAtOnce, (item) => copy.put(item, 'pk'))))
      items += written.length / size
    } finally {
      await ground.stop()
    }
  }
  return { project, bare: puts, itemsPerEvent: items / count }
}

const projectOf = ({ client, tables, log, store }: Ground, shape: number) =>
  new Project({
    client,
    viewsTable: tables.views,
    log,
    streams: store,
    projected: { kinds, models: readModels, shape },
    graceMs: 0,
  })
