import { statementId } from '#events/statement/id.ts'
import { statementStream } from '#events/streams.ts'
import { bare } from './bare.ts'
import { startCloud } from './cloud.ts'
import { ms, type Part } from './figure.ts'
import { placed, statementBody } from './ground.ts'
import { sideBySide, timed } from './paired.ts'
import type { Size } from './size.ts'
import { spreadOf } from './spread.ts'

const streamOf = (n: string) => statementStream(statementId(statementBody(n)))

/** A statement through the whole local way, and how long until a list shows it. */
export async function local(size: Size): Promise<Part> {
  const cloud = await startCloud()
  try {
    const floor = bare(cloud.client, cloud.table('Events'))
    const { id } = await cloud.ask('POST', '/statements', statementBody('sample'))
    const [sample] = await floor.query(statementStream(id))
    if (!sample) throw new Error('The sample is not on record')
    const visible: number[] = []
    const writes = await sideBySide(
      {
        post: async (round) => {
          const from = performance.now()
          const recorded = await cloud.ask('POST', '/statements', statementBody(`post ${round}`))
          const took = performance.now() - from
          await cloud.visible(recorded.id)
          if (round >= size.warmUp) visible.push(performance.now() - from)
          return took
        },
        bare: async (round) => {
          const stream = streamOf(`bare ${round}`)
          const item = placed(sample, stream)
          const before = await cloud.position()
          const took = await timed(async () => {
            await floor.query(stream)
            await floor.put(item)
          })
          await cloud.settled(before + 1)
          return took
        },
      },
      size,
    )
    const reads = await sideBySide(
      {
        get: () => cloud.ask('GET', `/statements/${id}`).then(() => undefined),
        bare: () => floor.query(statementStream(id)).then(() => undefined),
      },
      size,
    )
    return {
      name: 'local',
      title: 'A statement, the whole local way',
      how: 'As `npm run dev` has it, all on these cores: HTTP, the worker, the gateway that checks every call, the engine with its data on disk. Beside it the bare calls through the same gateway. Visible: from sending the POST until a list of the speaker’s statements, asked again and again, shows it.',
      figures: [
        { what: 'bare query and put', value: ms(writes.of('bare')) },
        {
          what: 'POST /statements',
          value: ms(writes.of('post')),
          ratio: writes.ratio('post', 'bare'),
          beside: 'the bare query and put',
        },
        { what: 'bare query', value: ms(reads.of('bare')) },
        {
          what: 'GET /statements/{id}',
          value: ms(reads.of('get')),
          ratio: reads.ratio('get', 'bare'),
          beside: 'the bare query',
        },
        {
          what: 'POST to visible in a list',
          value: ms(spreadOf(visible)),
          budget: { name: 'POST to visible in lists, local', atMost: 50 },
        },
      ],
    }
  } finally {
    await cloud.stop()
  }
}
