import { kinds } from '#events/kinds.ts'
import { statementId } from '#events/statement/id.ts'
import { statementStream } from '#events/streams.ts'
import { toItem } from '#functions/store/commit.ts'
import { someCommand } from '../support/log.ts'
import { bare } from './bare.ts'
import { ms, type Part } from './figure.ts'
import { placed, recordedStatement, startGround, statementBody } from './ground.ts'
import { sideBySide, timed } from './paired.ts'
import type { Size } from './size.ts'

const streamOf = (n: string) => statementStream(statementId(statementBody(n)))

/** A statement written and read through the app in this process, beside the bare calls that it cannot do without. */
export async function statement(size: Size): Promise<Part> {
  const ground = await startGround()
  try {
    const { store, client, tables, ask } = ground
    const { streamId, event } = recordedStatement('sample')
    const { shapes } = kinds.statement
    const sample = toItem(await store.append(await store.load(streamId), [event], shapes, someCommand()))
    const floor = bare(client, tables.events)
    const writes = await sideBySide(
      {
        post: (round) => timed(() => ask('POST', '/statements', statementBody(`post ${round}`))),
        bare: (round) => {
          const item = placed(sample, streamOf(`bare ${round}`))
          return timed(async () => {
            await floor.query(item.streamId?.S ?? '')
            await floor.put(item)
          })
        },
      },
      size,
    )
    const { id } = (await ask('POST', '/statements', statementBody('read'))) as { id: string }
    const reads = await sideBySide(
      {
        get: async () => void (await ask('GET', `/statements/${id}`)),
        bare: async () => void (await floor.query(statementStream(id))),
      },
      size,
    )
    return {
      name: 'statement',
      title: 'A statement, in process',
      how: 'Through the app in this process, its stores directly on the engine, beside the bare calls on the same engine: a strongly consistent Query of the stream, then a conditional PutItem of the same item. POST also reads the document and whether the actors are on record, side by side with the load.',
      figures: [
        { what: 'bare query and put', value: ms(writes.of('bare')) },
        {
          what: 'POST /statements',
          value: ms(writes.of('post')),
          ratio: writes.ratio('post', 'bare'),
          beside: 'the bare query and put',
          budget: { name: 'POST /statements, warm', atMost: 1.5 },
        },
        { what: 'bare query', value: ms(reads.of('bare')) },
        {
          what: 'GET /statements/{id}',
          value: ms(reads.of('get')),
          ratio: reads.ratio('get', 'bare'),
          beside: 'the bare query',
          budget: { name: 'GET /statements/{id}, warm', atMost: 1.5 },
        },
      ],
    }
  } finally {
    await ground.stop()
  }
}
