import { Hono } from 'hono'
import type { Scope } from '#functions/access/scopes.ts'
import { readBytes } from '../body.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { type NumberedLine, runImport } from '../imports/run.ts'
import type { Dispatch } from '../imports/send.ts'
import { needs, problems } from '../openapi.ts'
import { Problem } from '../problem.ts'
import { Nothing, query } from '../query.ts'
import { anyScope } from '../scope.ts'
import { decodeUtf8, MalformedBody } from '../strict-json.ts'

const maxImportBytes = 4 * 1024 * 1024
const maxImportLines = 500
const ndjson = 'application/x-ndjson'
/** A key with none of these may write nothing at all. Each line needs its own. */
const writing = ['record', 'revise', 'retract'] as const satisfies readonly Scope[]

/** Many writes at once. `dispatch` sends each to the route that it is for. */
export const imports = (deps: Deps, dispatch: Dispatch) =>
  new Hono<Env>().post(
    '/imports',
    describeRoute({
      operationId: 'importLines',
      summary: 'Send many writes at once, a line each; each is answered on a line of its own, in order',
      description: `Up to ${maxImportLines} lines in 4 MB; blank ones count neither there nor in the answer, but in the numbers of the lines. A line may say whatever its own route takes from this key, and is answered as there. It waits for earlier lines that write what it writes or refers to; what it refers to must be on record or in an earlier line. After 20 seconds, the lines that are left are answered \`503 not-tried\`, and so are those that wait for one that was not settled. Safe to send again whole: what is on record is recognized.`,
      tags: ['imports'],
      security: needs(...writing),
      requestBody: { required: true, content: { [ndjson]: { schema: linesOf('ImportLine') } } },
      responses: {
        200: {
          description: 'What became of each line',
          content: { [ndjson]: { schema: linesOf('ImportAnswer') } },
        },
        ...problems(
          'malformed-body',
          'key-required',
          'unknown-key',
          'scope-required',
          'body-too-large',
          'unsupported-media-type',
          'invalid-input',
        ),
      },
    }),
    anyScope(deps.access, ...writing),
    query(Nothing),
    async (c) => {
      const lines = linesIn(decodeUtf8(await readBytes(c, ndjson, maxImportBytes)))
      const lambdaContext = c.env?.lambdaContext
      const answers = await runImport(deps, lines, {
        dispatch,
        url: c.req.url,
        authorization: c.req.header('Authorization') ?? '',
        // Not the headers that the HTTP API brought: they are the import's, and a line has its own.
        bindings: lambdaContext ? { lambdaContext } : {},
        requestId: c.get('requestId'),
      })
      const text = answers.map((answer) => `${JSON.stringify(answer)}\n`).join('')
      return c.body(text, 200, { 'Content-Type': ndjson, 'Cache-Control': 'no-store' })
    },
  )

/** @throws {MalformedBody} there is none @throws {Problem} there are too many */
function linesIn(text: string): NumberedLine[] {
  const lines: NumberedLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') lines.push({ number: index + 1, text: line })
  }
  if (lines.length === 0) throw new MalformedBody('The body has no line; a JSON object on each is expected.')
  if (lines.length <= maxImportLines) return lines
  throw new Problem(
    'body-too-large',
    `An import has at most ${maxImportLines} lines, and this one has ${lines.length}.`,
  )
}

/** NDJSON, as far as OpenAPI 3.1 can say it: a string, and what is in it once it is read. */
function linesOf(name: string) {
  const contentSchema = { type: 'array', items: { $ref: `#/components/schemas/${name}` } } as const
  return { type: 'string', contentMediaType: ndjson, contentSchema } as const
}
