import { Hono } from 'hono'
import * as v from 'valibot'
import { Edtf } from '#events/dating.ts'
import { Instant, strict } from '#events/schema.ts'
import { modes } from '#events/statement/fragment.ts'
import { statuses } from '#events/statement/status.ts'
import { AnyStatementView } from '#events/statement/view.ts'
import { listStatements, orders } from '#functions/projections/statements/query.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, pageOf, problems, unchangedPage } from '../openapi.ts'
import { invalidParameter } from '../problem.ts'
import { CursorText, Id, Limit, Position, query } from '../query.ts'

/** An actor who is merged with others stands for all of them. */
const orMerged = 'Whoever is merged with it counts as well.'

const Filters = strict({
  speaker: v.exactOptional(Id(`Said by this actor. ${orMerged}`, 'mira-kovan')),
  organization: v.exactOptional(
    Id(`By a speaker who belonged to this actor then. ${orMerged}`, 'ministry-of-transport'),
  ),
  onBehalfOf: v.exactOptional(Id(`By a speaker who spoke for this actor. ${orMerged}`, 'ostmark')),
  mission: v.exactOptional(
    Id('About this mission, or with a claim that names it and was not withdrawn.', 'harbour-watch'),
  ),
  occasion: v.exactOptional(Id('Said at this occasion.', 'bridges-2031')),
  topic: v.exactOptional(Id('With this topic.', 'organization-ties')),
  mode: v.exactOptional(
    v.pipe(v.picklist(modes), v.description('With a fragment in this mode.'), v.metadata({ examples: ['direct'] })),
  ),
  document: v.exactOptional(Id('Reported by this document, be it as a further source.', 'bulletin-2031-02-14')),
  agency: v.exactOptional(
    Id(`Handed on by this actor, in a \`report\` step of its chain. ${orMerged}`, 'harbour-wire'),
  ),
  said: v.exactOptional(
    v.pipe(
      Edtf,
      v.description(
        'Said on one of the days of this date, as far as can be known: the days that `saidOn` allows meet them. Without a date, not found. As the only filter, it orders the list: by the earliest day, newest first.',
      ),
    ),
  ),
  certainly: v.exactOptional(
    v.pipe(
      v.literal('1'),
      v.description('With `said`: only what `saidOn` allows on none but its days.'),
      v.metadata({ examples: ['1'] }),
    ),
  ),
  recordedAfter: v.exactOptional(
    v.pipe(Instant, v.description('First recorded after this instant, RFC 3339; in a query, `+` is written `%2B`.')),
  ),
  changedAfter: v.exactOptional(
    v.pipe(
      Position,
      v.description(
        'Whose last event is after this position in the log; 0 for all. It orders the list: by that event, oldest first. To follow the list, read it to `next: null`, and again with its `changedTo` as `changedAfter`: what has changed meanwhile comes, as it now is. What no longer meets the other filters does not: to see it leave, follow without them.',
      ),
      v.metadata({ examples: [0, 1_024] }),
    ),
  ),
  status: v.exactOptional(
    v.pipe(v.picklist(statuses), v.description('Which stands so now.'), v.metadata({ examples: ['disputed'] })),
  ),
  limit: Limit,
  cursor: v.exactOptional(CursorText),
})

const StatementPage = v.strictObject({
  ...pageOf(AnyStatementView).entries,
  order: v.pipe(
    v.picklist(orders),
    v.description(
      '`recorded`, `said`: newest first, by when it was first recorded, by its earliest day; `changed`: oldest first',
    ),
  ),
  changedTo: v.exactOptional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.description('With `changedAfter`: what to give as that, to go on after this page once `next` is null'),
    ),
  ),
})

/** Statements, by every filter there is. */
export const statementList = (deps: Deps) =>
  new Hono<Env>().get(
    '/statements',
    describeRoute({
      operationId: 'listStatements',
      summary: 'Statements that every given filter lets through',
      tags: ['statements'],
      responses: {
        200: json('A page of statements', StatementPage, headers.etag, headers.link),
        ...unchangedPage,
        ...problems('invalid-input', 'invalid-cursor', 'cursor-expired', 'too-many-merged'),
      },
    }),
    query(Filters, ['limit', 'changedAfter']),
    async (c) => {
      const { limit, certainly, recordedAfter, ...filters } = c.req.valid('query')
      if (certainly && filters.said === undefined) {
        throw invalidParameter('invalid-input', 'certainly', 'says nothing without said')
      }
      const asked = { ...filters, certainly: certainly && true, recordedAfter: recordedAfter && inUtc(recordedAfter) }
      const found = await fitting(deps.pageBytes, limit, (count) =>
        listStatements(deps.views, { ...asked, limit: count }),
      )
      return page(c, found, 'cursor')
    },
  )

/** The instant as events have theirs, UTC to the millisecond; none of theirs is after the year 9999. */
function inUtc(instant: string): string {
  const utc = new Date(instant).toISOString()
  return utc.startsWith('+') ? '9999-12-31T23:59:59.999Z' : utc
}
