import { kinds } from '#events/kinds.ts'
import { missionStream } from '#events/streams.ts'
import { Project } from '#functions/project/project.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { someCommand } from '../support/log.ts'
import { each } from './each.ts'
import { type Figure, ms, type Part } from './figure.ts'
import { contingent, type Ground, startGround } from './ground.ts'
import { type Act, sideBySide } from './paired.ts'
import type { Size } from './size.ts'

/** Missions with ever more contingents, side by side: what one more costs, and reading. */
export async function missions(size: Size): Promise<Part> {
  const ground = await startGround()
  try {
    const project = new Project({
      client: ground.client,
      viewsTable: ground.tables.views,
      log: ground.log,
      streams: ground.store,
      projected: { kinds, models: readModels, shape },
    })
    for (const count of size.contingents) await openMission(ground, count)
    await sealAll(ground, size)
    await project.run()

    const rounds = { rounds: Math.ceil(size.rounds / 10), warmUp: Math.ceil(size.warmUp / 10) }
    const beside = (act: (count: number, round: number) => Promise<unknown>) =>
      sideBySide(
        Object.fromEntries(
          size.contingents.map((count): [string, Act] => [String(count), (round) => act(count, round)]),
        ),
        rounds,
      )
    const { ask } = ground
    const more = await beside((count, round) =>
      ask('POST', `/missions/${missionOf(count)}/contingents`, contingent(count + round)),
    )
    await sealAll(ground, size)
    await project.run()
    const projecting = await beside(async (count, round) => {
      await ask('POST', `/missions/${missionOf(count)}/contingents`, contingent(2 * count + 1_000 + round))
      await ground.seal.run([missionStream(missionOf(count))])
      const from = performance.now()
      await project.run()
      return performance.now() - from
    })
    const get = await beside((count) => ask('GET', `/missions/${missionOf(count)}`))
    const contingents = await beside((count) => ask('GET', `/missions/${missionOf(count)}/contingents?limit=100`))
    const list = await beside((count) => ask('GET', `/missions?organization=${organizationOf(count)}`))

    const figures = (what: string, timed: Awaited<ReturnType<typeof beside>>): Figure[] =>
      size.contingents.map((count, index) => ({
        what: `${what}: ${count.toLocaleString('en-GB')} contingents`,
        value: ms(timed.of(String(count))),
        ...(index > 0
          ? {
              ratio: timed.ratio(String(count), String(size.contingents[0])),
              beside: `that of ${size.contingents[0]} contingents`,
            }
          : {}),
      }))
    return {
      name: 'missions',
      title: 'Long missions',
      how: 'Missions of different length side by side, through the app in this process, the steps run in turn: recording one more contingent, projecting it, reading the mission, a page of its contingents, and a list that shows it.',
      figures: [
        ...figures('one more contingent', more),
        ...figures('projecting it', projecting),
        ...figures('GET /missions/{id}', get),
        ...figures('GET …/contingents', contingents),
        ...figures('GET /missions?organization=', list),
      ],
    }
  } finally {
    await ground.stop()
  }
}

const missionOf = (count: number) => `harbour-watch-${count}`
const organizationOf = (count: number) => `council-${count}`

/** A command for each contingent. What `append` builds on is known here: loading it each time would take for ever. */
async function openMission(ground: Ground, count: number): Promise<void> {
  const [id, organization] = [missionOf(count), organizationOf(count)]
  await ground.ask('PUT', `/actors/${organization}`, { kind: 'organization', name: `Council ${count}` })
  await ground.ask('POST', '/missions', { missionId: id, names: ['Harbour Watch'], organization })
  const opened = await ground.store.load(missionStream(id))
  await each(Array.from({ length: count }).keys(), 16, (n) => {
    const event = { type: 'ContingentRecorded', data: { ...contingent(n), evidence: [] } }
    return ground.store.append({ ...opened, version: opened.version + n }, [event], shapes, someCommand())
  })
}

const { shapes } = kinds.mission

const sealAll = (ground: Ground, size: Size) =>
  ground.seal.run(size.contingents.map((count) => missionStream(missionOf(count))))
