import { Hono } from 'hono'
import { RecordPhase, RetractPhase } from '#events/mission/commands.ts'
import { mission } from '#events/mission/kind.ts'
import { missionStream } from '#events/streams.ts'
import { written } from '../answer.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeWrite } from '../openapi.ts'
import { ids } from '../params.ts'
import { Nothing, query } from '../query.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Phases that sources report of missions. */
export const missionPhases = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/missions/:missionId/phases',
      describeWrite({
        operationId: 'recordPhase',
        summary: 'Record that a source reports the mission in a phase',
        tag: 'missions',
        scopes: ['record'],
        refusals: ['mission-not-opened'],
      }),
      scope(deps.access, 'record'),
      ids('missionId'),
      query(Nothing),
      body(RecordPhase, 'missionId'),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'RecordPhase', data })
        return written(c, data.reportId, at, `/missions/${missionId}`)
      },
    )
    .post(
      '/missions/:missionId/phases/:reportId/retraction',
      describeWrite({
        operationId: 'retractPhase',
        summary: 'Take the report of a phase back; it stays readable',
        tag: 'missions',
        scopes: ['retract'],
        refusals: ['mission-not-opened', 'report-not-recorded'],
      }),
      scope(deps.access, 'retract'),
      ids('missionId', 'reportId'),
      query(Nothing),
      body(RetractPhase, 'missionId', 'reportId'),
      async (c) => {
        const { missionId, reportId } = c.req.valid('param')
        const data = { ...c.req.valid('json'), reportId }
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'RetractPhase', data })
        return written(c, reportId, at, `/missions/${missionId}`)
      },
    )
