import type { Hono, Env as HonoEnv } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import { generateSpecs, uniqueSymbol } from 'hono-openapi'
import { described } from './describe.ts'
import { importSchemas } from './imports/schemas.ts'
import { withNamedSchemas } from './named-schemas.ts'
import { withPrivateReads } from './private-document.ts'
import type { Reads } from './reads.ts'

/** The part of the API that a route belongs to. */
export type Tag = (typeof documentation.tags)[number]['name']

const text = { type: 'string' } as const

const documentation = {
  openapi: '3.1.0',
  info: {
    title: 'Rapporteur',
    version: '1',
    description:
      'Public statements, as documents give them, and peace missions, as sources report them. What is recorded is never overwritten. A refusal is a problem (RFC 9457) whose `type` is the path of a page that says what to do.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'documents', description: 'Publications, as they were found.' },
    { name: 'actors', description: 'Who speaks, publishes, sends and hosts, and in which roles.' },
    {
      name: 'statements',
      description: 'What a document gives as said by somebody, and all that is recorded beside it.',
    },
    { name: 'missions', description: 'Missions, and what sources report of them.' },
    { name: 'imports', description: 'Many writes at once.' },
    { name: 'log', description: 'All events, in the one order in which they were sealed.' },
    { name: 'about', description: 'This deployment and this API.' },
  ],
  components: {
    securitySchemes: {
      key: {
        type: 'http' as const,
        scheme: 'bearer',
        bearerFormat: 'rk_<id>_<secret>',
        description: 'A key made with `npm run keys -- create`. Each route names the scope that it needs.',
      },
    },
    schemas: {
      Problem: {
        type: 'object' as const,
        description: 'An answer that says no (RFC 9457).',
        required: ['type', 'title', 'status', 'instance'],
        properties: {
          type: { ...text, description: 'Path of the page that says what happened and what to do.' },
          title: text,
          status: { type: 'integer' as const },
          detail: { ...text, description: 'What happened this time.' },
          instance: { ...text, description: 'The id under which this request is in our log.', pattern: '^urn:uuid:' },
          errors: {
            type: 'array' as const,
            description: 'Every wrong field of the body (`pointer`) or of the query (`parameter`).',
            items: {
              type: 'object' as const,
              required: ['detail'],
              properties: {
                pointer: { ...text, description: 'A JSON Pointer as a URI fragment (RFC 6901 §6).' },
                parameter: text,
                detail: text,
              },
            },
          },
          differences: {
            type: 'array' as const,
            description: 'The fields that differ from what is on record, as JSON Pointers.',
            items: text,
          },
          expected: { type: 'integer' as const, description: 'The version that `If-Match` asks for.' },
          actual: { type: 'integer' as const, description: 'The version that it is at.' },
          into: { ...text, description: 'The actor that this one is merged into.' },
          omitted: {
            type: 'integer' as const,
            description: 'Of a line of an import: how many more errors or differences there are.',
          },
        },
      },
      ...importSchemas,
    },
  },
}

/**
 * The OpenAPI 3.1 document of the app, from the very schemas that its routes validate with. Loaded when it is asked for:
 * what it is made with is as large as all routes together.
 */
export async function openapi<E extends HonoEnv>(app: Hono<E>, reads: Reads) {
  for (const { handler } of app.routes) {
    const target = findTargetHandler(handler)
    if (described in target) Object.assign(target, { [uniqueSymbol]: target[described] })
  }
  const options = { documentation, excludeStaticFile: false, defaultValidationErrorResponse: false }
  const document = await generateSpecs(app, options)
  return withNamedSchemas(reads === 'private' ? withPrivateReads(document) : document)
}
