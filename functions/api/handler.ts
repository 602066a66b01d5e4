import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import { Access } from '#functions/access/access.ts'
import { Views } from '#functions/projections/views.ts'
import { dynamo } from '#functions/runtime/clients.ts'
import { readEnv } from '#functions/runtime/env.ts'
import { describe, logError } from '#functions/runtime/log.ts'
import { publishCheckpoint } from '#functions/store/checkpoint.ts'
import { EventStore } from '#functions/store/event-store.ts'
import { LogStore } from '#functions/store/log-store.ts'
import { Texts } from '#functions/store/texts.ts'
import { createApp } from './app.ts'
import { apiEnv } from './env.ts'
import { readsOf } from './reads.ts'

const env = readEnv(apiEnv)
const client = dynamo()
const store = new EventStore({ client, table: env.EVENTS_TABLE, source: env.SOURCE })
const published = publishCheckpoint({ client, table: env.LOG_TABLE })

const app = createApp({
  store,
  texts: new Texts({ client, table: env.TEXTS_TABLE }),
  log: new LogStore({ client, table: env.LOG_TABLE }),
  views: new Views({ client, table: env.VIEWS_TABLE, events: store }),
  access: new Access({ client, table: env.ACCESS_TABLE }),
  reads: readsOf(env.READS),
  ...(process.env.WITNESSES ? { witnesses: process.env.WITNESSES.split(' ') } : {}), // in a stack that has any
  published: () => published.seen(),
  source: env.SOURCE,
  pageBytes: 3_000_000, // Lambda answers with 6 MB at most, in which a quotation mark takes two bytes
  now: Date.now,
  report: (error, requestId) => logError('api', 'a request failed', { requestId, ...describe(error) }),
})

// A text goes as bytes: read as a string it would lose a leading U+FEFF, and would not be what its hash is of. So do
// tiles, and whatever is compressed.
const answer = handle(app, { isContentTypeBinary: (type) => /^(text\/plain|application\/octet-stream)\b/.test(type) })

/** Answers what the HTTP API brings (payload 2.0). A body on a GET means nothing, and no Request can be made with one. */
export const handler = (event: LambdaEvent, context: LambdaContext) => {
  if (!('rawPath' in event)) return answer(event, context)
  const rawPath = encoded(event.rawPath)
  const reads = /^(GET|HEAD)$/.test(event.requestContext.http.method)
  return answer(reads ? { ...event, rawPath, body: null } : { ...event, rawPath }, context)
}

/** An HTTP API decodes the path. As it comes, `?`, `#` or a blank in it would end it, and name something else. */
const encoded = (path: string) => path.toWellFormed().split('/').map(encodeURIComponent).join('/')
