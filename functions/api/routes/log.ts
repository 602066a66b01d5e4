import { type Context, Hono, type MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { parseTilePath, tileWidth } from '#events/log/tile.ts'
import { acceptsGzip } from '../accepts-gzip.ts'
import { answerBytes } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute, taking } from '../describe.ts'
import { headers, octets, plainText, problems, unchanged } from '../openapi.ts'
import { Problem } from '../problem.ts'
import { Nothing, query } from '../query.ts'
import { cosignedNote, notBegun, witnessedNote } from '../signed.ts'

const text = 'text/plain; charset=utf-8'
/** Nothing of the log ever changes but its checkpoint. What is not there yet may be a moment later. */
const forever = { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'public, max-age=31536000, immutable' }
const aMoment = { 'Cache-Control': 'max-age=1' }

const Level = v.pipe(v.string(), v.description('0 for hashes of entries; at each above, of full tiles below'))
const TileNumber = v.pipe(
  v.string(),
  v.description(
    'Which tile from the left, in groups of three digits, all but the last with an `x`: `067`, `x001/x234/067`; for one that is not full, or was not, with its width: `067.p/8`',
  ),
)

/** Says what stands in the path of a tile; that it is one is found out where it is asked for. */
const named = (entries: v.ObjectEntries): MiddlewareHandler<Env> =>
  taking<MiddlewareHandler<Env>>((_, next) => next(), 'param', v.object(entries))

/** What a reader needs to check the log: C2SP tlog-tiles v0.1.0 below `/`. */
export const log = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/checkpoint',
      describeRoute({
        operationId: 'getCheckpoint',
        summary:
          'The log’s size and root, signed, and cosigned by those witnesses that have seen it: C2SP tlog-checkpoint',
        tags: ['log'],
        responses: {
          200: plainText('A signed note', headers.etag),
          ...unchanged,
          ...problems('log-not-begun', 'invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => {
        return answerBytes(c, await cosignedNote(deps), { 'Content-Type': text, 'Cache-Control': 'max-age=2' })
      },
    )
    .get(
      '/checkpoint/witnessed',
      describeRoute({
        operationId: 'getWitnessedCheckpoint',
        summary: 'The latest checkpoint that all witnesses of this log have cosigned; none where it has no witnesses',
        tags: ['log'],
        responses: {
          200: plainText('A signed note', headers.etag),
          ...unchanged,
          ...problems('log-not-begun', 'invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => answerBytes(c, await witnessedNote(deps), { 'Content-Type': text, 'Cache-Control': 'max-age=2' }),
    )
    .get(
      '/log/key',
      describeRoute({
        operationId: 'getLogKey',
        summary: 'The keys that checkpoints are verified with, a line each, the newest first: C2SP signed-note',
        tags: ['log'],
        responses: {
          200: plainText('Verifier keys', headers.etag),
          ...unchanged,
          ...problems('log-not-begun', 'invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => {
        const identity = await deps.log.identity()
        if (!identity) throw notBegun()
        const keys = identity.vkeys.map((vkey) => `${vkey}\n`).join('')
        return answerBytes(c, keys, { 'Content-Type': text, 'Cache-Control': 'no-cache' })
      },
    )
    .get(
      '/tile/entries/:n{.+}',
      describeRoute({
        operationId: 'getEntries',
        summary: 'Entries, each with its length before it: an entry bundle of C2SP tlog-tiles',
        tags: ['log'],
        responses: {
          200: octets('Entries, as they were sealed', headers.etag),
          ...unchanged,
          ...problems('not-found', 'invalid-input'),
        },
      }),
      named({ n: TileNumber }),
      query(Nothing),
      async (c) => {
        const { n, width } = await asked(c, deps)
        const bundle = await deps.log.entries(n, width)
        const as = { ...forever, Vary: 'Accept-Encoding' }
        if (!acceptsGzip(c.req.header('Accept-Encoding'))) return answerBytes(c, bundle, as)
        const { gzipped } = await import('../gzip.ts')
        return answerBytes(c, await gzipped(bundle), { ...as, 'Content-Encoding': 'gzip' })
      },
    )
    .get(
      '/tile/:level/:n{.+}',
      describeRoute({
        operationId: 'getTile',
        summary: 'Hashes of the tree, 32 bytes each: a tile of C2SP tlog-tiles, of height 8',
        tags: ['log'],
        responses: {
          200: octets('Hashes', headers.etag),
          ...unchanged,
          ...problems('not-found', 'invalid-input'),
        },
      }),
      named({ level: Level, n: TileNumber }),
      query(Nothing),
      async (c) => {
        const at = await asked(c, deps)
        const tile = await deps.log.tiles([at])
        return answerBytes(c, tile(at), forever)
      },
    )

/** The tile that a path names, if all of it is signed. @throws {Problem} `not-found` */
async function asked(c: Context<Env>, { log }: Pick<Deps, 'log'>) {
  const path = parseTilePath(c.req.path.slice(1))
  if (!path) throw new Problem('not-found', 'No tile has such a path.', {}, aMoment)
  const level = path.kind === 'entries' ? 0 : path.level
  const end = (path.n * tileWidth + path.width) * tileWidth ** level
  if (!Number.isSafeInteger(end) || !(await log.isSigned(end))) {
    throw new Problem('not-found', 'The log is not that large, as far as it is signed.', {}, aMoment)
  }
  return { level, n: path.n, width: path.width }
}
