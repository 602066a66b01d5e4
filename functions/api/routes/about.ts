import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { aboutThis } from '../about-this.ts'
import { answer, sendPage, wantsPage } from '../answer.ts'
import type { Deps, Env } from '../context.ts'
import { describeRoute } from '../describe.ts'
import { Health, healthOf } from '../health.ts'
import { headers, htmlPage, json, jsonOrPage, problems, unchanged } from '../openapi.ts'
import { Problem } from '../problem.ts'
import { isProblemCode, problemCodes } from '../problems/codes.ts'
import { problemList } from '../problems/list.ts'
import { Nothing, query } from '../query.ts'

const About = v.strictObject({
  name: v.string(),
  about: v.string(),
  source: v.pipe(v.string(), v.description('`urn:rapporteur:<uuid>`: the source of every event recorded here.')),
  links: v.record(v.string(), v.string()),
})
const ProblemSummary = v.strictObject({ code: v.string(), status: v.number(), title: v.string(), type: v.string() })
const ProblemDescribed = v.strictObject({ ...ProblemSummary.entries, happened: v.string(), doing: v.string() })

/** Where the request was sent: behind a gateway, which alone knows whether that was over TLS. */
const originOf = (c: Context<Env>): string => {
  const { host, protocol } = new URL(c.req.url)
  return `${c.req.header('X-Forwarded-Proto') === 'http' ? 'http:' : protocol}//${host}`
}

/** Where this API is described, for programs and for people (RFC 8631). */
const description =
  '</openapi.json>; rel="service-desc"; type="application/json", </docs>; rel="service-doc"; type="text/html"'

/** What runs here, how it is, and what it may say. */
export const about = (deps: Deps, openapi: () => Promise<object>) => {
  const health = healthOf(deps)
  return new Hono<Env>()
    .get(
      '/',
      describeRoute({
        operationId: 'about',
        summary: 'What runs here, and where to go on',
        tags: ['about'],
        responses: {
          200: jsonOrPage('This deployment', About, headers.etag, headers.described),
          304: { ...unchanged[304], headers: { ...headers.etag, ...headers.described } },
          ...problems('invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => {
        c.header('Link', description)
        if (!wantsPage(c)) return answer(c, aboutThis(deps.source))
        const { homePage } = await import('../pages/home.tsx')
        const identity = await deps.log.identity()
        return sendPage(c, homePage({ source: deps.source, origin: originOf(c), vkey: identity?.vkeys[0] }))
      },
    )
    .get(
      '/healthz',
      describeRoute({
        operationId: 'getHealth',
        summary: 'Whether every part answers, and how far each has come',
        tags: ['about'],
        responses: { 200: json('How it is', Health), ...problems('invalid-input') },
      }),
      query(Nothing),
      async (c) => c.json(await health(), 200, { 'Cache-Control': 'no-store' }),
    )
    .get(
      '/openapi.json',
      describeRoute({
        operationId: 'getOpenApi',
        summary: 'This document',
        tags: ['about'],
        responses: {
          200: json('OpenAPI 3.1', v.looseObject({ openapi: v.string(), paths: v.looseObject({}) }), headers.etag),
          ...unchanged,
          ...problems('invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => answer(c, await openapi()),
    )
    .get(
      '/docs',
      describeRoute({
        operationId: 'getReference',
        summary: 'This document, as a page',
        tags: ['about'],
        responses: { 200: htmlPage('The reference', headers.etag), ...unchanged, ...problems('invalid-input') },
      }),
      query(Nothing),
      async (c) => {
        const { docsPage } = await import('../pages/docs.tsx')
        return sendPage(c, docsPage(await openapi()))
      },
    )
    .get(
      '/problems',
      describeRoute({
        operationId: 'listProblems',
        summary: 'All that this API may say no with',
        tags: ['about'],
        responses: {
          200: jsonOrPage('Problems', v.strictObject({ items: v.array(ProblemSummary), next: v.null() }), headers.etag),
          ...unchanged,
          ...problems('invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => {
        if (!wantsPage(c)) return answer(c, { items: problemList(), next: null })
        const { problemsPage } = await import('../pages/problems.tsx')
        return sendPage(c, problemsPage())
      },
    )
    .get(
      '/problems/:code',
      describeRoute({
        operationId: 'getProblem',
        summary: 'What a problem means, and what to do about it',
        tags: ['about'],
        responses: {
          200: jsonOrPage('The problem', ProblemDescribed, headers.etag),
          ...unchanged,
          ...problems('not-found', 'invalid-input'),
        },
      }),
      query(Nothing),
      async (c) => {
        const code = c.req.param('code')
        if (!isProblemCode(code)) throw new Problem('not-found', 'There is no problem of this code.')
        if (wantsPage(c)) {
          const { problemPage } = await import('../pages/problem.tsx')
          return sendPage(c, problemPage(code))
        }
        const { problemTexts } = await import('../problems/texts.ts')
        return answer(c, { code, type: `/problems/${code}`, ...problemCodes[code], ...problemTexts[code] })
      },
    )
}
