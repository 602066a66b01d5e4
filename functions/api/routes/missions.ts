import { Hono } from 'hono'
import { OpenMission } from '#events/mission/commands.ts'
import { mission } from '#events/mission/kind.ts'
import { AnyMissionView, anyMissionView } from '#events/mission/view.ts'
import { missionStream } from '#events/streams.ts'
import { resource, resourceThen, written } from '../answer.ts'
import { AsOfQuery, readAsOf } from '../as-of.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { describeWrite, headers, json, problems, unchanged } from '../openapi.ts'
import { ids } from '../params.ts'
import { Nothing, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Missions, with all that sources report of them. */
export const missions = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/missions',
      describeWrite({
        operationId: 'openMission',
        summary: 'Open a mission, so that sources’ reports of it have a place',
        tag: 'missions',
        scopes: ['record'],
      }),
      scope(deps.access, 'record'),
      query(Nothing),
      body(OpenMission),
      async (c) => {
        const data = c.req.valid('json')
        const command = { type: 'OpenMission', data } as const
        const at = await record(c, deps, mission, missionStream(data.missionId), command)
        return written(c, data.missionId, at, `/missions/${data.missionId}`)
      },
    )
    .get(
      '/missions/:missionId',
      describeRoute({
        operationId: 'getMission',
        summary: 'A mission, with a timeline for each source and where they disagree; with `asOf`, as it was',
        tags: ['missions'],
        responses: {
          200: json('The mission', AnyMissionView, headers.version),
          ...unchanged,
          ...problems('mission-not-opened', 'invalid-input'),
        },
      }),
      ids('missionId'),
      query(AsOfQuery),
      async (c) => {
        const stream = missionStream(c.req.valid('param').missionId)
        const { asOf } = c.req.valid('query')
        if (asOf !== undefined) {
          const then = await readAsOf(deps, mission, stream, asOf, 'mission-not-opened')
          return resourceThen(c, anyMissionView(then.folded), then.provisional)
        }
        return resource(c, anyMissionView(await readStream(deps, mission, stream, 'mission-not-opened')))
      },
    )
