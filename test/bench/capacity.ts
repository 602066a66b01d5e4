import { foldOnto, nothing } from '#events/fold.ts'
import { kinds } from '#events/kinds.ts'
import { statementStream } from '#events/streams.ts'
import { readModels } from '#functions/projections/read-models.ts'
import { attributesOf } from '#functions/projections/row.ts'
import { itemSize, writeUnits } from '../../infra/local/size.ts'
import { type Cloud, startCloud } from './cloud.ts'
import { exactly, type Figure, type Part } from './figure.ts'
import { contingent, startGround, statementBody } from './ground.ts'
import type { Size } from './size.ts'

/** One command of each kind, as a request; `n` makes it another. */
const commands: Readonly<Record<string, (n: number) => readonly [method: string, path: string, body: object]>> = {
  'PUT /documents/{id}': (n) => ['PUT', `/documents/bulletin-${n}`, { publisher: 'Ostmark Bulletin' }],
  'PUT /actors/{id}': (n) => ['PUT', `/actors/speaker-${n}`, { kind: 'person', name: `Mira Kovan ${n}` }],
  'POST /statements': (n) => ['POST', '/statements', statementBody(`capacity ${n}`)],
  'POST /missions': (n) => [
    'POST',
    '/missions',
    { missionId: `watch-${n}`, names: ['Harbour Watch'], organization: 'ministry-of-transport' },
  ],
  'POST …/contingents': (n) => ['POST', '/missions/watch-0/contingents', contingent(n)],
}

/** Capacity units per command by table, sealed and projected one by one, and a statement's by read model. */
export async function capacity(size: Size): Promise<Part> {
  const cloud = await startCloud()
  try {
    const figures: Figure[] = []
    for (const [name, command] of Object.entries(commands)) {
      figures.push(...(await unitsOf(cloud, name, command, Math.min(10, size.rounds))))
    }
    return {
      name: 'capacity',
      title: 'Capacity units',
      how: 'As the gateway counts them, per command: appended, sealed, published and projected by itself, one after the other. Below, the write units of one statement’s rows by read model: the rows that its state gives, each by its size.',
      figures: [...figures, ...(await byReadModel())],
    }
  } finally {
    await cloud.stop()
  }
}

async function unitsOf(
  cloud: Cloud,
  name: string,
  command: (typeof commands)[string],
  count: number,
): Promise<Figure[]> {
  const before = await cloud.position()
  await cloud.capacity('DELETE')
  for (let n = 0; n < count; n++) {
    await cloud.ask(...command(n))
    await cloud.settled(before + n + 1)
  }
  const { spent } = await cloud.capacity('GET')
  const tables = new Map<string, { read: number; write: number }>()
  for (const { function: by, table, readUnits, writeUnits } of spent) {
    const step = /^[A-Z][a-z]+/.exec(by)?.[0] ?? by
    if (step === 'operator' || (step === 'Api' && /View|Log/.test(table))) continue // our own asking how far it is
    const which = /-([A-Za-z]+)Table/.exec(table)?.[1] ?? table
    const key = `${step.toLowerCase()}, ${which.toLowerCase()}`
    const so = tables.get(key) ?? { read: 0, write: 0 }
    tables.set(key, { read: so.read + readUnits, write: so.write + writeUnits })
  }
  return [...tables].flatMap(([key, { read, write }]) => [
    ...(write > 0 ? [{ what: `${name}: ${key}`, value: exactly(write / count, 'write units') }] : []),
    ...(read > 0 ? [{ what: `${name}: ${key}`, value: exactly(read / count, 'read units') }] : []),
  ])
}

/** As the read models make a statement's rows, and as DynamoDB counts an item. */
async function byReadModel(): Promise<Figure[]> {
  const ground = await startGround()
  try {
    const { id } = await ground.ask('POST', '/statements', statementBody('rows'))
    const streamId = statementStream(id)
    const { commits } = await ground.store.load(streamId)
    const { fold, upcast } = kinds.statement
    const events = commits.flatMap((commit) => commit.events)
    const folded = foldOnto(fold, upcast, nothing(fold), events)
    return readModels
      .filter(({ kind }) => kind === 'statement')
      .map((model) => {
        const rows = model.rows(folded, streamId, 0)
        const units = rows.map((row) => {
          const item = { pk: { S: row.pk }, sk: { S: row.sk }, position: { N: '0' }, ...attributesOf(row) }
          return writeUnits(itemSize(item as Parameters<typeof itemSize>[0]))
        })
        const all = units.reduce((sum, one) => sum + one, 0)
        return { what: `a statement’s ${rows.length} rows in \`${model.name}\``, value: exactly(all, 'write units') }
      })
  } finally {
    await ground.stop()
  }
}
