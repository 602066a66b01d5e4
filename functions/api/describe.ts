import type { MiddlewareHandler } from 'hono'
import type { DescribeRouteOptions, resolver } from 'hono-openapi'
import type * as v from 'valibot'

/*
 * What a route says of itself, for `/openapi.json`. It is only put down here: whoever asks for the document loads what
 * reads it, and no other request does.
 */

/** Where a middleware carries what it says. */
export const described = Symbol('described')

/** A schema as the generator of the document takes it. */
type Resolved = ReturnType<typeof resolver>

/** Says what a route answers. */
export const describeRoute = (spec: DescribeRouteOptions): MiddlewareHandler =>
  Object.assign<MiddlewareHandler, object>((_, next) => next(), { [described]: { spec } })

/** Says what a middleware takes from that part of a request. */
export const taking = <Middleware extends MiddlewareHandler>(
  middleware: Middleware,
  target: 'json' | 'query' | 'param',
  schema: v.GenericSchema,
): Middleware => Object.assign(middleware, { [described]: { target, ...shapeOf(schema) } })

/** A schema, to be made JSON Schema when somebody asks for it. */
export const shapeOf = (schema: v.GenericSchema): Resolved => ({
  vendor: schema['~standard'].vendor,
  validate: schema['~standard'].validate,
  toJSONSchema: async (options) => (await import('hono-openapi')).resolver(schema).toJSONSchema(options),
  toOpenAPISchema: async (options) => (await import('hono-openapi')).resolver(schema).toOpenAPISchema(options),
})
