import { Hono } from 'hono'
import { describeRoute } from 'hono-openapi'
import * as v from 'valibot'
import { RecordContingent, RetractContingent } from '#events/mission/commands.ts'
import { Contingents, contingentsAfter } from '#events/mission/contingents-view.ts'
import { mission } from '#events/mission/kind.ts'
import { strict } from '#events/schema.ts'
import { missionStream } from '#events/streams.ts'
import { InvalidCursor } from '#functions/projections/cursor.ts'
import { page, written } from '../answer.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { fitting } from '../fitting.ts'
import { describeWrite, headers, json, problems, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { CursorText, Limit, Nothing, query } from '../query.ts'
import { readStream } from '../read.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

const Paging = strict({ limit: Limit, cursor: v.exactOptional(CursorText) })

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
        summary: 'The contingents of a mission, in the order in which they were recorded',
        tags: ['missions'],
        responses: {
          200: json('A page of contingents', Contingents, headers.etag, headers.link),
          ...unchangedPage,
          ...problems('mission-not-opened', 'invalid-input', 'invalid-cursor'),
        },
      }),
      ids('missionId'),
      query(Paging, ['limit']),
      async (c) => {
        const { limit, cursor } = c.req.valid('query')
        const after = versionOf(cursor)
        const stream = missionStream(c.req.valid('param').missionId)
        const folded = await readStream(deps, mission, stream, 'mission-not-opened')
        const found = await fitting(deps.pageBytes, limit, async (count) => contingentsAfter(folded, after, count))
        return page(c, found, 'cursor')
      },
    )

/** A cursor here is the version of the last contingent of the page before. @throws {InvalidCursor} */
function versionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) throw new InvalidCursor('This is no cursor of this list')
  return Number(cursor)
}
