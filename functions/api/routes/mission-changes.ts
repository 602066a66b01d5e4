import { Hono } from 'hono'
import { CloseMission, CorrectMission, ReopenMission } from '#events/mission/commands.ts'
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

/** Corrections of missions and of all that is reported of them, and their end. */
export const missionChanges = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/missions/:missionId/corrections',
      describeWrite({
        operationId: 'correctMission',
        summary:
          'Correct the note of a report, of a lesson, or of the mission: each member of `replaces` replaces the recorded one whole',
        tag: 'missions',
        scopes: ['revise'],
        refusals: ['mission-not-opened', 'report-not-recorded', 'lesson-not-recorded', 'nothing-to-correct'],
      }),
      scope(deps.access, 'revise'),
      ids('missionId'),
      query(Nothing),
      body(CorrectMission, 'missionId'),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'CorrectMission', data })
        return written(c, data.reportId ?? data.lessonId ?? missionId, at, `/missions/${missionId}`)
      },
    )
    .post(
      '/missions/:missionId/closure',
      describeWrite({
        operationId: 'closeMission',
        summary: 'Close the mission: it is over. What sources report of it is still taken',
        tag: 'missions',
        scopes: ['revise'],
        refusals: ['mission-not-opened', 'mission-closed'],
      }),
      scope(deps.access, 'revise'),
      ids('missionId'),
      query(Nothing),
      body(CloseMission, 'missionId'),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'CloseMission', data })
        return written(c, missionId, at, `/missions/${missionId}`)
      },
    )
    .post(
      '/missions/:missionId/closure/withdrawal',
      describeWrite({
        operationId: 'reopenMission',
        summary: 'Reopen the mission: it is not over after all',
        tag: 'missions',
        scopes: ['revise'],
        refusals: ['mission-not-opened', 'mission-not-closed'],
      }),
      scope(deps.access, 'revise'),
      ids('missionId'),
      query(Nothing),
      body(ReopenMission, 'missionId'),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'ReopenMission', data })
        return written(c, missionId, at, `/missions/${missionId}`)
      },
    )
