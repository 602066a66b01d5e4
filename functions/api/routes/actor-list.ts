import { Hono } from 'hono'
import * as v from 'valibot'
import { actorFields } from '#events/actor/events.ts'
import { AnyActorView } from '#events/actor/view.ts'
import { Edtf } from '#events/dating.ts'
import { strict, words } from '#events/schema.ts'
import { ResolvedView } from '#functions/projections/mentions/view.ts'
import { answer, page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, pageOf, problems, unchanged, unchangedPage } from '../openapi.ts'
import { CursorText, Id, Limit, query } from '../query.ts'

/** Words to look for: there is at least one in it. */
const Words = (description: string, ...examples: string[]) =>
  v.pipe(
    words(500),
    v.regex(/[\p{L}\p{N}]/u, 'has no word in it'),
    v.description(description),
    v.metadata({ examples }),
  )

const Filters = strict({
  kind: v.exactOptional(
    v.pipe(actorFields.kind, v.description('Actors of this kind.'), v.metadata({ examples: ['person'] })),
  ),
  q: v.exactOptional(
    Words(
      'Beginnings of words of a name, each of which is to be found: `mira kov`. Case, marks and script make no difference, nor do usual ways to write a sound in Latin letters: `Захар`, `Zahar` and `zakhar` find one another. It orders the list, by the word found.',
      'mira kov',
      'Ковань',
    ),
  ),
  limit: Limit,
  cursor: v.exactOptional(CursorText),
})

const Mentioned = strict({
  mention: Words(
    'How somebody is called, as printed: a role, a name, a part of either, in any script. Articles, prepositions and forms of address are passed over.',
    'the deputy minister',
    'Kovan',
  ),
  on: v.exactOptional(
    v.pipe(
      Edtf,
      v.description(
        'The days on which it was meant. A role that certainly had ended, or had not begun, speaks for nobody.',
      ),
    ),
  ),
  organization: v.exactOptional(
    Id('Only who held a role in or for this actor, or one that is merged with it.', 'ministry-of-transport'),
  ),
})

/** Finding actors. What knows scripts is loaded by who looks for a name: it takes longer to load than most answers. */
export const actorList = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/actors',
      describeRoute({
        operationId: 'listActors',
        summary: 'Actors, newest first; with `q`, those whose names have these words. Merged ones are among them',
        tags: ['actors'],
        responses: {
          200: json('A page of actors', pageOf(AnyActorView), headers.etag, headers.link),
          ...unchangedPage,
          ...problems('invalid-input', 'invalid-cursor', 'cursor-expired'),
        },
      }),
      query(Filters, ['limit']),
      async (c) => {
        const { limit, ...filters } = c.req.valid('query')
        const { listActors } = await import('#functions/projections/actors/query.ts')
        const found = await fitting(deps.pageBytes, limit, (count) =>
          listActors(deps.views, { ...filters, limit: count }),
        )
        return page(c, found, 'cursor')
      },
    )
    .get(
      '/actors/resolve',
      describeRoute({
        operationId: 'resolveMention',
        summary: 'Who can be meant by a mention, on a day, and why: the likeliest first',
        tags: ['actors'],
        responses: {
          200: json('The candidates', ResolvedView, headers.etag),
          ...unchanged,
          ...problems('invalid-input', 'too-many-merged'),
        },
      }),
      query(Mentioned),
      async (c) => {
        const { resolveMention } = await import('#functions/projections/mentions/resolve.ts')
        return answer(c, await resolveMention(deps.views, c.req.valid('query')))
      },
    )
