import { Hono } from 'hono'
import * as v from 'valibot'
import { integer, strict } from '#events/schema.ts'
import { answer, answerBytes, wantsText } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { headers, json, jsonOrText, problems, unchanged } from '../openapi.ts'
import { invalidParameter } from '../problem.ts'
import { query } from '../query.ts'
import { signedHead } from '../signed.ts'

const signed = 'by default the signed size'
const InclusionQuery = strict({
  position: v.pipe(integer(0), v.description('Of the event, in the log')),
  size: v.exactOptional(v.pipe(integer(0), v.description(`Of the tree that it is proved to be in; ${signed}`))),
})
const ConsistencyQuery = strict({
  from: v.pipe(integer(0), v.description('Size of the earlier tree')),
  to: v.exactOptional(v.pipe(integer(0), v.description(`Size of the later tree; ${signed}`))),
})

const Hash = v.pipe(v.string(), v.description('32 bytes, base64'))
const Hashes = (order: string) => v.pipe(v.array(Hash), v.description(`In the order of ${order}`))
const Inclusion = v.strictObject({
  position: integer(0),
  size: integer(0),
  leafHash: Hash,
  rootHash: Hash,
  hashes: Hashes('RFC 6962 §2.1.1: the leaf’s sibling first'),
})
const Consistency = v.strictObject({
  from: integer(0),
  to: integer(0),
  fromRoot: Hash,
  toRoot: Hash,
  hashes: Hashes('RFC 6962 §2.1.2; none where `from` is 0 or `to`'),
})

/** Proofs for those who would rather not compute them from tiles. */
export const proofs = (deps: Deps) =>
  new Hono<Env>()
    .get(
      '/proofs/inclusion',
      describeRoute({
        operationId: 'proveInclusion',
        summary: 'That an event is in the log; as text, a C2SP tlog-proof with the checkpoint',
        tags: ['log'],
        responses: {
          200: jsonOrText('The proof', Inclusion, headers.etag),
          ...unchanged,
          ...problems('log-not-begun', 'invalid-input'),
        },
      }),
      query(InclusionQuery, ['position', 'size']),
      async (c) => {
        const asked = c.req.valid('query')
        const checkpoint = await signedHead(deps)
        const { size = checkpoint.size, position } = asked
        if (size > checkpoint.size) throw beyond('size', checkpoint.size)
        if (position >= size) throw invalidParameter('invalid-input', 'position', `is not below the size ${size}`)
        const { proveInclusion } = await import('../log/proving.ts')
        if (!wantsText(c)) return answer(c, await proveInclusion(deps.log, position, size))
        if (size !== checkpoint.size) {
          throw invalidParameter('invalid-input', 'size', `is not signed: as text a proof is of ${checkpoint.size}`)
        }
        const { proofFiles } = await import('../log/proof-files.ts')
        const [file = ''] = await proofFiles(deps.log, [position], checkpoint)
        return answerBytes(c, file, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Cache-Control': 'no-cache',
          Vary: 'Accept',
        })
      },
    )
    .get(
      '/proofs/consistency',
      describeRoute({
        operationId: 'proveConsistency',
        summary: 'That an earlier tree is how a later one began: nothing in it was changed since',
        tags: ['log'],
        responses: {
          200: json('The proof', Consistency, headers.etag),
          ...unchanged,
          ...problems('log-not-begun', 'invalid-input'),
        },
      }),
      query(ConsistencyQuery, ['from', 'to']),
      async (c) => {
        const asked = c.req.valid('query')
        const { size } = await signedHead(deps)
        const { to = size, from } = asked
        if (to > size) throw beyond('to', size)
        if (from > to) throw invalidParameter('invalid-input', 'from', `is above ${to}, the size of the later tree`)
        const { proveConsistency } = await import('../log/proving.ts')
        return answer(c, await proveConsistency(deps.log, from, to))
      },
    )

const beyond = (parameter: string, size: number) =>
  invalidParameter('invalid-input', parameter, `is more than is signed: ${size}`)
