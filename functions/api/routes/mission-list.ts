import { Hono } from 'hono'
import * as v from 'valibot'
import { Edtf } from '#events/dating.ts'
import { phases } from '#events/mission/events.ts'
import { AnyMissionView, MissionView } from '#events/mission/view.ts'
import { strict } from '#events/schema.ts'
import { listMissions } from '#functions/projections/missions/query.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, pageOf, problems, unchangedPage } from '../openapi.ts'
import { invalidParameter } from '../problem.ts'
import { CursorText, Id, Limit, query } from '../query.ts'

/** An actor who is merged with others stands for all of them. */
const orMerged = 'Whoever is merged with it counts as well.'

const Filters = strict({
  organization: v.exactOptional(Id(`Of this actor. ${orMerged}`, 'ostmark-council')),
  host: v.exactOptional(Id(`Sent to this actor. ${orMerged}`, 'ostmark')),
  phase: v.exactOptional(
    v.pipe(
      v.picklist(phases),
      v.description(
        'Of which a report says that it is, or was, in this phase; with `on`: then. A report that was taken back says nothing.',
      ),
      v.metadata({ examples: ['deployed'] }),
    ),
  ),
  on: v.exactOptional(
    v.pipe(
      Edtf,
      v.description(
        'In the phase on the days of this date; without `phase`, in any. `certain`, where a report has it begun before them and not ended before they end, whatever days its dates mean; `possible`, where its dates meet them.',
      ),
    ),
  ),
  certainty: v.exactOptional(
    v.pipe(
      v.literal('certain'),
      v.description('With `phase` or `on`: only what is certain.'),
      v.metadata({ examples: ['certain'] }),
    ),
  ),
  limit: Limit,
  cursor: v.exactOptional(CursorText),
})

const ListedMission = v.pipe(
  v.strictObject({
    ...MissionView.pipe[0].entries,
    certainty: v.exactOptional(
      v.pipe(
        v.picklist(['certain', 'possible']),
        v.description('Where `phase` or `on` is asked; without `on` it is certain: of some time'),
      ),
    ),
    reports: v.exactOptional(
      v.pipe(v.array(v.string()), v.description('Ids of the reports that make it so, where `phase` or `on` is asked')),
    ),
  }),
  v.title('ListedMission'),
)
const AnyListedMission = v.union([ListedMission, AnyMissionView.options[1]])

/** Missions, by whose they are, where they are sent, and in which phase they were when. */
export const missionList = (deps: Deps) =>
  new Hono<Env>().get(
    '/missions',
    describeRoute({
      operationId: 'listMissions',
      summary: 'Missions that every given filter lets through, newest first',
      tags: ['missions'],
      responses: {
        200: json('A page of missions', pageOf(AnyListedMission), headers.etag, headers.link),
        ...unchangedPage,
        ...problems('invalid-input', 'invalid-cursor', 'cursor-expired', 'too-many-merged'),
      },
    }),
    query(Filters, ['limit']),
    async (c) => {
      const { limit, ...filters } = c.req.valid('query')
      if (filters.certainty && filters.phase === undefined && filters.on === undefined) {
        throw invalidParameter('invalid-input', 'certainty', 'says nothing without phase or on')
      }
      const found = await fitting(deps.pageBytes, limit, (count) =>
        listMissions(deps.views, { ...filters, limit: count }),
      )
      return page(c, found, 'cursor')
    },
  )
