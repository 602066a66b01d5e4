import { Hono } from 'hono'
import * as v from 'valibot'
import { integer, strict } from '#events/schema.ts'
import { actorStream, documentStream, missionStream, statementStream } from '#events/streams.ts'
import { answer } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import type { Tag } from '../document.ts'
import type { streamProof } from '../log/stream-proof.ts'
import { headers, json, problems, unchanged } from '../openapi.ts'
import { ids } from '../params.ts'
import type { ProblemCode } from '../problems/codes.ts'
import { CursorText, query } from '../query.ts'
import { Recorded } from './events.ts'

const Cursor = strict({ cursor: v.exactOptional(CursorText) })

const Proved = v.strictObject({
  position: v.pipe(integer(0), v.description('Its place in the log.')),
  entry: v.pipe(
    v.string(),
    v.description('What is in the log of it, to the byte, as UTF-8: its leaf is the hash of this.'),
  ),
  event: Recorded,
  proof: v.pipe(v.string(), v.description('A C2SP tlog-proof: position, inclusion proof and checkpoint.')),
})

const proofOf = (id: string) =>
  v.strictObject({
    [id]: v.string(),
    origin: v.pipe(v.string(), v.description('The log’s name.')),
    vkeys: v.pipe(v.array(v.string()), v.description('Keys that checkpoints are verified with, the newest first.')),
    checkpoint: v.pipe(v.string(), v.description('The signed note that each proof ends in.')),
    events: v.pipe(v.array(Proved), v.description('In their order, as far as they are signed.')),
    next: v.pipe(
      v.nullable(v.string()),
      v.description('What to give as `cursor` for the rest, of what is too large for one answer.'),
    ),
  })

/** What proves of a resource each event that it is made of: all that is needed to check it offline, a year later. */
export const streamProofs = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/documents/:documentId/proof',
      describeProof('getDocumentProof', 'a document', 'documents', 'documentId', 'document-not-recorded'),
      ids('documentId'),
      query(Cursor),
      async (c) => {
        const { documentId } = c.req.valid('param')
        const { cursor } = c.req.valid('query')
        const proof = await proved(deps, documentStream(documentId), cursor, 'document-not-recorded')
        return answer(c, { documentId, ...proof })
      },
    )
    .get(
      '/actors/:actorId/proof',
      describeProof('getActorProof', 'an actor, merged or not', 'actors', 'actorId', 'actor-not-registered'),
      ids('actorId'),
      query(Cursor),
      async (c) => {
        const { actorId } = c.req.valid('param')
        const { cursor } = c.req.valid('query')
        return answer(c, { actorId, ...(await proved(deps, actorStream(actorId), cursor, 'actor-not-registered')) })
      },
    )
    .get(
      '/statements/:statementId/proof',
      describeProof('getStatementProof', 'a statement', 'statements', 'statementId', 'statement-not-recorded'),
      ids('statementId'),
      query(Cursor),
      async (c) => {
        const { statementId } = c.req.valid('param')
        const { cursor } = c.req.valid('query')
        const proof = await proved(deps, statementStream(statementId), cursor, 'statement-not-recorded')
        return answer(c, { statementId, ...proof })
      },
    )
    .get(
      '/missions/:missionId/proof',
      describeProof('getMissionProof', 'a mission', 'missions', 'missionId', 'mission-not-opened'),
      ids('missionId'),
      query(Cursor),
      async (c) => {
        const { missionId } = c.req.valid('param')
        const { cursor } = c.req.valid('query')
        return answer(c, { missionId, ...(await proved(deps, missionStream(missionId), cursor, 'mission-not-opened')) })
      },
    )

/** Loaded for those who ask for a proof. */
async function proved(...asked: Parameters<typeof streamProof>) {
  const { streamProof } = await import('../log/stream-proof.ts')
  return streamProof(...asked)
}

function describeProof(operationId: string, of: string, tag: Tag, id: string, otherwise: ProblemCode) {
  return describeRoute({
    operationId,
    summary: `Every event of ${of} with the proof that it is in the log, to be checked offline`,
    tags: [tag],
    responses: {
      200: json('Events and proofs', proofOf(id), headers.etag),
      ...unchanged,
      ...problems(otherwise, 'not-signed-yet', 'invalid-input', 'invalid-cursor'),
    },
  })
}
