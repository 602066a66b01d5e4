import { Hono } from 'hono'
import { AddLogKey, logKeys, logKeysStream } from '#events/log-keys/kind.ts'
import { written } from '../answer.ts'
import { body } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeWrite } from '../openapi.ts'
import { Nothing, query } from '../query.ts'
import { scope } from '../scope.ts'
import { record } from '../write.ts'

/** Keys that are to sign the log, told in the log itself before they do. */
export const logKeyList = (deps: Deps) =>
  new Hono<Env>().post(
    '/log/keys',
    describeWrite({
      operationId: 'addLogKey',
      summary: 'Tell in the log which key is to sign it too: what `npm run log-key -- rotate` does',
      tag: 'log',
      scopes: ['admin'],
      refusals: [],
    }),
    scope(deps.access, 'admin'),
    query(Nothing),
    body(AddLogKey),
    async (c) => {
      const data = c.req.valid('json')
      const at = await record(c, deps, logKeys, logKeysStream, { type: 'AddLogKey', data })
      return written(c, logKeysStream, at, '/log/key')
    },
  )
