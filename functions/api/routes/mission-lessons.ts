import { Hono } from 'hono'
import { RecordLesson, RetractLesson } from '#events/mission/commands.ts'
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

/** What is to be learned from missions. */
export const missionLessons = (deps: Deps) =>
  new Hono<Env>()
    .post(
      '/missions/:missionId/lessons',
      describeWrite({
        operationId: 'recordLesson',
        summary: 'Record what is to be learned from the mission, or is claimed of it',
        tag: 'missions',
        scopes: ['record'],
        refusals: ['mission-not-opened'],
      }),
      scope(deps.access, 'record'),
      ids('missionId'),
      query(Nothing),
      body(RecordLesson, 'missionId'),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const data = c.req.valid('json')
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'RecordLesson', data })
        return written(c, data.lessonId, at, `/missions/${missionId}`)
      },
    )
    .post(
      '/missions/:missionId/lessons/:lessonId/retraction',
      describeWrite({
        operationId: 'retractLesson',
        summary: 'Take a lesson back; it stays readable',
        tag: 'missions',
        scopes: ['retract'],
        refusals: ['mission-not-opened', 'lesson-not-recorded'],
      }),
      scope(deps.access, 'retract'),
      ids('missionId', 'lessonId'),
      query(Nothing),
      body(RetractLesson, 'missionId', 'lessonId'),
      async (c) => {
        const { missionId, lessonId } = c.req.valid('param')
        const data = { ...c.req.valid('json'), lessonId }
        const at = await record(c, deps, mission, missionStream(missionId), { type: 'RetractLesson', data })
        return written(c, lessonId, at, `/missions/${missionId}`)
      },
    )
