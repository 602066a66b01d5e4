import { Hono } from 'hono'
import * as v from 'valibot'
import { integer, strict } from '#events/schema.ts'
import { page } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { fitting } from '../fitting.ts'
import { headers, json, problems, unchangedPage } from '../openapi.ts'
import { Limit, Position, query } from '../query.ts'
import { asMayBeTold } from '../withheld.ts'

const After = strict({ after: v.exactOptional(Position), limit: Limit })

const withheld = 'absent where the payload is withheld by law'

/** CloudEvents 1.0, JSON format. */
export const Recorded = v.pipe(
  v.strictObject({
    specversion: v.literal('1.0'),
    id: v.pipe(v.string(), v.description('`<streamId>/<version>`')),
    source: v.pipe(v.string(), v.description('`urn:rapporteur:<uuid>`')),
    type: v.pipe(v.string(), v.description('`rapporteur.StatementRecorded.v1`')),
    subject: v.pipe(v.string(), v.description('The stream.')),
    time: v.pipe(v.string(), v.description('When it was recorded: RFC 3339, UTC, milliseconds.')),
    datacontenttype: v.literal('application/json'),
    dataschema: v.pipe(v.string(), v.description('`<source>:schemas:StatementRecorded:v1`')),
    recordedby: v.pipe(v.string(), v.description('Slug of the name of the key that recorded it.')),
    commandid: v.pipe(v.string(), v.description('The command that gave it.')),
    datahash: v.pipe(v.string(), v.description('SHA-256 of the salt and the JCS of `data`, base64url.')),
    datasalt: v.exactOptional(v.pipe(v.string(), v.description(`16 random bytes, base64url; ${withheld}`))),
    data: v.exactOptional(v.pipe(v.looseObject({}), v.description(`What happened; ${withheld}`))),
    withheld: v.exactOptional(
      v.pipe(integer(0), v.description('Position of the event by which the payload is withheld.')),
    ),
  }),
  v.title('RecordedEvent'),
)

/** An event with its place in the log. */
export const Sealed = v.pipe(
  v.strictObject({
    ...Recorded.entries,
    position: v.pipe(integer(0), v.description('Its place in the log: global, from 0, without gaps.')),
  }),
  v.title('SealedEvent'),
)

const EventsPage = v.strictObject({
  events: v.array(Sealed),
  next: v.pipe(
    v.nullable(integer(0)),
    v.description('What to give as `after` for the next page; null at the end of the log.'),
  ),
})

/** The log, in its one order, as far as it is signed; up to its head, as long as nothing is. */
export const events = (deps: Deps) =>
  new Hono<Env>().get(
    '/events',
    describeRoute({
      operationId: 'listEvents',
      summary: 'All events in the order of the log, to follow it from any position',
      tags: ['log'],
      responses: {
        200: json('A page of the log', EventsPage, headers.etag, headers.link),
        ...unchangedPage,
        ...problems('invalid-input'),
      },
    }),
    query(After, ['after', 'limit']),
    async (c) => {
      const { after, limit } = c.req.valid('query')
      const found = await fitting(deps.pageBytes, limit, async (count) => {
        const { events, next } = await deps.log.sealedPage(after, count)
        return { events: await asMayBeTold(deps, events), next }
      })
      return page(c, found, 'after')
    },
  )
