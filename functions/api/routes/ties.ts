import { Hono } from 'hono'
import * as v from 'valibot'
import { Edtf } from '#events/dating.ts'
import { strict } from '#events/schema.ts'
import { tiePredicates } from '#events/statement/claim.ts'
import { listTies } from '#functions/projections/ties/query.ts'
import { TieView } from '#functions/projections/ties/tie.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, pageOf, problems, unchangedPage } from '../openapi.ts'
import { CursorText, Id, Limit, query } from '../query.ts'

const Filters = strict({
  of: Id('Ties that this actor, or one merged with it, is an end of.', 'ostmark'),
  with: v.exactOptional(Id('Only those with this actor, or one merged with it, at the other end.', 'harbour-league')),
  kind: v.exactOptional(
    v.pipe(
      v.picklist(tiePredicates),
      v.description('Only those of this kind.'),
      v.metadata({ examples: ['has-contacts-with'] }),
    ),
  ),
  on: v.exactOptional(
    v.pipe(
      Edtf,
      v.description(
        'Only claims whose `validOn` can be meant of one of the days of this date, each with how certain that is. A claim without a date can be of any day.',
      ),
    ),
  ),
  limit: Limit,
  cursor: v.exactOptional(CursorText),
})

/** Who is said to stand in what relation to whom. */
export const tieList = (deps: Deps) =>
  new Hono<Env>().get(
    '/ties',
    describeRoute({
      operationId: 'listTies',
      summary: 'Ties and areas of responsibility: for each pair, kind and field, who affirms and who denies it',
      description:
        'A claim is its holder’s. The speaker’s it is where no holder is named, and where the speaker endorses it; what the speaker rejects or only reports never is. A claim that was withdrawn is left out. A retracted statement, and what is wished for, attempted, possible or owed, is shown and makes nothing contested: see `counts`. Each page has whole ties.',
      tags: ['statements'],
      responses: {
        200: json('A page of ties', pageOf(TieView), headers.etag, headers.link),
        ...unchangedPage,
        ...problems('invalid-input', 'invalid-cursor', 'cursor-expired', 'too-many-merged'),
      },
    }),
    query(Filters, ['limit']),
    async (c) => {
      const { limit, ...filters } = c.req.valid('query')
      const found = await fitting(deps.pageBytes, limit, (count) => listTies(deps.views, { ...filters, limit: count }))
      return page(c, found, 'cursor')
    },
  )
