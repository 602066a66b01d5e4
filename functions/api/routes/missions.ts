import { Hono } from 'hono'
import { describeRoute } from 'hono-openapi'
import * as v from 'valibot'
import { OpenMission } from '#events/mission/commands.ts'
import { mission } from '#events/mission/kind.ts'
import { MissionView, missionView } from '#events/mission/view.ts'
import { strict } from '#events/schema.ts'
import { missionStream } from '#events/streams.ts'
import { listMissions } from '#functions/projections/missions/query.ts'
import { page, resource, resourceThen, written } from '../answer.ts'
import { AsOfQuery, readAsOf } from '../as-of.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { fitting } from '../fitting.ts'
import { describeWrite, headers, json, pageOf, problems, unchanged, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { CursorText, Limit, Nothing, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

const Filters = strict({ limit: Limit, cursor: v.exactOptional(CursorText) })

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
      '/missions',
      describeRoute({
        operationId: 'listMissions',
        summary: 'Missions, newest first',
        tags: ['missions'],
        responses: {
          200: json('A page of missions', pageOf(MissionView), headers.etag, headers.link),
          ...unchangedPage,
          ...problems('invalid-input', 'invalid-cursor', 'cursor-expired'),
        },
      }),
      query(Filters, ['limit']),
      async (c) => {
        const { limit, cursor } = c.req.valid('query')
        const found = await fitting(deps.pageBytes, limit, (count) =>
          listMissions(deps.views, { limit: count, cursor }),
        )
        return page(c, found, 'cursor')
      },
    )
    .get(
      '/missions/:missionId',
      describeRoute({
        operationId: 'getMission',
        summary: 'A mission, with a timeline for each source and where they disagree; with `asOf`, as it was',
        tags: ['missions'],
        responses: {
          200: json('The mission', MissionView, headers.version),
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
          return resourceThen(c, missionView(then.folded), then.provisional)
        }
        return resource(c, missionView(await readStream(deps, mission, stream, 'mission-not-opened')))
      },
    )
