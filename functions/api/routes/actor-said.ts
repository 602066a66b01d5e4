import { Hono } from 'hono'
import * as v from 'valibot'
import { AnyStatementView } from '#events/statement/view.ts'
import { actorStream } from '#events/streams.ts'
import { sameActors } from '#functions/projections/actors/merged.ts'
import { HeldClaimView, listClaims } from '#functions/projections/claims/query.ts'
import { listStatements } from '#functions/projections/statements/query.ts'
import { answer, page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, PositionView, pageOf, problems, unchanged, unchangedPage } from '../openapi.ts'
import { ids } from '../params.ts'
import { Problem } from '../problem.ts'
import { Nothing, Paging, query } from '../query.ts'

const MergedView = v.pipe(
  v.strictObject({
    actorId: v.pipe(v.string(), v.description('The actor that stays')),
    merged: v.pipe(v.array(v.string()), v.description('Those merged into it, directly or through others, by id')),
    position: PositionView,
  }),
  v.title('Merged'),
)

const refusals = problems(
  'actor-not-registered',
  'invalid-input',
  'invalid-cursor',
  'cursor-expired',
  'too-many-merged',
)

/** What an actor said, and what others say of what it holds; of all who are merged with it, whichever is asked for. */
export const actorSaid = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/actors/:actorId/statements',
      describeRoute({
        operationId: 'listActorStatements',
        summary: 'What the actor, or one merged with it, is reported to have said, newest first',
        tags: ['actors'],
        responses: {
          200: json('A page of statements', pageOf(AnyStatementView), headers.etag, headers.link),
          ...unchangedPage,
          ...refusals,
        },
      }),
      ids('actorId'),
      query(Paging, ['limit']),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const { limit, ...paging } = c.req.valid('query')
        await onRecord(deps, actorId)
        const { items, next, position } = await fitting(deps.pageBytes, limit, (count) =>
          listStatements(deps.views, { speaker: actorId, ...paging, limit: count }),
        )
        return page(c, { items, next, position }, 'cursor')
      },
    )
    .get(
      '/actors/:actorId/claims',
      describeRoute({
        operationId: 'listActorClaims',
        summary:
          'What other speakers say that the actor, or one merged with it, holds: the claim read last first. Withdrawn claims are left out; those of a retracted statement say so',
        tags: ['actors'],
        responses: {
          200: json('A page of claims', pageOf(HeldClaimView), headers.etag, headers.link),
          ...unchangedPage,
          ...refusals,
        },
      }),
      ids('actorId'),
      query(Paging, ['limit']),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const { limit, ...paging } = c.req.valid('query')
        await onRecord(deps, actorId)
        const found = await fitting(deps.pageBytes, limit, (count) =>
          listClaims(deps.views, { holder: actorId, ...paging, limit: count }),
        )
        return page(c, found, 'cursor')
      },
    )
    .get(
      '/actors/:actorId/merged',
      describeRoute({
        operationId: 'listMerged',
        summary: 'Who is one with the actor: the one that stays, and all that are merged into it',
        tags: ['actors'],
        responses: {
          200: json('The actors', MergedView, headers.etag),
          ...unchanged,
          ...problems('actor-not-registered', 'invalid-input', 'too-many-merged'),
        },
      }),
      ids('actorId'),
      query(Nothing),
      async (c) => {
        const { actorId } = c.req.valid('param')
        await onRecord(deps, actorId)
        const { generation, position } = await deps.views.checkpoint()
        const [stays = actorId, ...merged] = await sameActors(deps.views, generation, actorId)
        return answer(c, { actorId: stays, merged, position })
      },
    )

/** @throws {Problem} `actor-not-registered` */
async function onRecord({ store }: Deps, actorId: string): Promise<void> {
  const stream = actorStream(actorId)
  if (!(await store.firstCommits([stream])).has(stream)) {
    throw new Problem('actor-not-registered', 'Nothing is on record under this id.')
  }
}
