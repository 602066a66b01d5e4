import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Deps, Env } from './context.ts'
import { Problem, problemBody, problemOf } from './problem.ts'
import { reading } from './reads.ts'
import { about } from './routes/about.ts'
import { actorList } from './routes/actor-list.ts'
import { actorSaid } from './routes/actor-said.ts'
import { actors } from './routes/actors.ts'
import { documentTexts } from './routes/document-texts.ts'
import { documents } from './routes/documents.ts'
import { events } from './routes/events.ts'
import { histories } from './routes/history.ts'
import { imports } from './routes/imports.ts'
import { log } from './routes/log.ts'
import { logKeyList } from './routes/log-keys.ts'
import { memberships } from './routes/memberships.ts'
import { merges } from './routes/merges.ts'
import { missionChanges } from './routes/mission-changes.ts'
import { missionContingents } from './routes/mission-contingents.ts'
import { missionLessons } from './routes/mission-lessons.ts'
import { missionList } from './routes/mission-list.ts'
import { missionPhases } from './routes/mission-phases.ts'
import { missions } from './routes/missions.ts'
import { proofs } from './routes/proofs.ts'
import { revisions } from './routes/revisions.ts'
import { statementBacklinks } from './routes/statement-backlinks.ts'
import { statementBeside } from './routes/statement-beside.ts'
import { statementClaims } from './routes/statement-claims.ts'
import { statementDisputes } from './routes/statement-disputes.ts'
import { statementList } from './routes/statement-list.ts'
import { statementRetraction } from './routes/statement-retraction.ts'
import { statements } from './routes/statements.ts'
import { streamProofs } from './routes/stream-proofs.ts'
import { tieList } from './routes/ties.ts'
import { withholding } from './routes/withholding.ts'

/** The API over the given stores: HTTP in, HTTP out. Chained, so that the routes' types reach a client. */
export function createApp(deps: Deps) {
  const app = new Hono<Env>()
  let described: Promise<object> | undefined

  app.use(async (c, next) => {
    c.set('requestId', c.env?.lambdaContext?.awsRequestId ?? randomUUID())
    await next()
    c.res.headers.set('X-Content-Type-Options', 'nosniff')
  })
  app.use(reading(deps))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(', ')
        return refuse(c, new Problem('method-not-allowed', `This takes ${allow}.`, {}, { Allow: allow }))
      },
    }),
  )
  app.notFound((c) => refuse(c, new Problem('not-found', `There is nothing at ${c.req.path}.`)))
  app.onError((error, c) => {
    const problem = problemOf(error)
    // What the caller is not told: a bug, or why a table does not answer.
    if (!problem || problem.cause) deps.report(problem?.cause ?? error, c.get('requestId'))
    return refuse(c, problem)
  })

  return app
    .route('/', documents(deps))
    .route('/', documentTexts(deps))
    .route('/', actorList(deps)) // before what takes any id: `resolve` is none
    .route('/', actors(deps))
    .route('/', actorSaid(deps))
    .route('/', memberships(deps))
    .route('/', merges(deps))
    .route('/', statements(deps))
    .route('/', statementList(deps))
    .route('/', statementBacklinks(deps))
    .route('/', statementBeside(deps))
    .route('/', statementClaims(deps))
    .route('/', statementDisputes(deps))
    .route('/', statementRetraction(deps))
    .route('/', tieList(deps))
    .route('/', missions(deps))
    .route('/', missionList(deps))
    .route('/', missionPhases(deps))
    .route('/', missionContingents(deps))
    .route('/', missionLessons(deps))
    .route('/', missionChanges(deps))
    .route('/', histories(deps))
    .route('/', revisions(deps))
    .route('/', events(deps))
    .route('/', withholding(deps))
    .route('/', log(deps))
    .route('/', logKeyList(deps))
    .route('/', proofs(deps))
    .route('/', streamProofs(deps))
    .route(
      '/',
      imports(deps, (request, bindings) => app.fetch(request, bindings)),
    )
    .route(
      '/',
      about(deps, () => (described ??= import('./document.ts').then(({ openapi }) => openapi(app, deps.reads)))),
    )
}

function refuse(c: Context<Env>, problem: Problem | undefined) {
  const [body, status] = problemBody(problem, c.get('requestId'))
  return c.body(JSON.stringify(body), status, {
    'Cache-Control': 'no-store',
    ...problem?.headers,
    'Content-Type': 'application/problem+json',
  })
}
