import { Hono } from 'hono'
import type { Folded } from '#events/fold.ts'
import { RecordContingent, RetractContingent } from '#events/mission/commands.ts'
import { Contingents, contingentsAfter } from '#events/mission/contingents-view.ts'
import type { Mission } from '#events/mission/fold.ts'
import { mission } from '#events/mission/kind.ts'
import { strict } from '#events/schema.ts'
import { missionStream } from '#events/streams.ts'
import { page, pageThen, written } from '../answer.ts'
import { AsOfQuery, readAsOf } from '../as-of.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { describeWrite, headers, json, problems, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { Nothing, Paging, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'
import { versionOf } from '../stream-page.ts'
import { record } from '../write.ts'

const AsOfPaging = strict({ ...Paging.entries, ...AsOfQuery.entries })

/** Contingents that sources report of missions. */
export const missionContingents = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/missions/:missionId/contingents',
      describeWrite({
        operationId: 'recordContingent',
        summary: 'Record who, as a source reports it, sends how many to where',
        tag: 'missions',
        scopes: ['record'],
        refusals: ['mission-not-opened'],
      }),
      scope(deps.access, 'record'),
      ids('missionId'),
      query(Nothing),
      body(RecordContingent, 'missionId'),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'RecordContingent', data })
        return written(c, data.reportId, at, `/missions/${missionId}`)
      },
    )
    .post(
      '/missions/:missionId/contingents/:reportId/retraction',
      describeWrite({
        operationId: 'retractContingent',
        summary: 'Take the report of a contingent back; it stays readable',
        tag: 'missions',
        scopes: ['retract'],
        refusals: ['mission-not-opened', 'report-not-recorded'],
      }),
      scope(deps.access, 'retract'),
      ids('missionId', 'reportId'),
      query(Nothing),
      body(RetractContingent, 'missionId', 'reportId'),
      async (c) => {
        const { missionId, reportId } = c.req.valid('param')
        const data = { ...c.req.valid('json'), reportId }
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'RetractContingent', data })
        return written(c, reportId, at, `/missions/${missionId}`)
      },
    )
    .get(
      '/missions/:missionId/contingents',
      describeRoute({
        operationId: 'listContingents',
        summary: 'The contingents of a mission, in the order in which they were recorded; with `asOf`, as they were',
        tags: ['missions'],
        responses: {
          200: json('A page of contingents', Contingents, headers.etag, headers.link),
          ...unchangedPage,
          ...problems('mission-not-opened', 'invalid-input', 'invalid-cursor'),
        },
      }),
      ids('missionId'),
      query(AsOfPaging, ['limit']),
      async (c) => {
        const { limit, cursor, asOf } = c.req.valid('query')
        const after = versionOf(cursor)
        const stream = missionStream(c.req.valid('param').missionId)
        const shown = (folded: Folded<Mission>) =>
          fitting(deps.pageBytes, limit, async (count) => contingentsAfter(folded, after, count))
        if (asOf !== undefined) {
          const then = await readAsOf(deps, mission, stream, asOf, 'mission-not-opened')
          return pageThen(c, await shown(then.folded), then.provisional)
        }
        const folded = await readStream(deps, mission, stream, 'mission-not-opened')
        return page(c, await shown(folded), 'cursor')
      },
    )
