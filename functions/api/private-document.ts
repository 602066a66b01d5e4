import type { generateSpecs } from 'hono-openapi'
import { problems } from './openapi.ts'

type Document = Awaited<ReturnType<typeof generateSpecs>>

/** The document of a deployment whose reads are private: each needs the scope `read`, beside what it needs anyway. */
export function withPrivateReads(document: Document): Document {
  const { 401: unknown, 403: scope } = problems('key-required', 'unknown-key', 'scope-required')
  const refusals = { 401: unknown, 403: scope } as object
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const { get, ...others } = item ?? {}
    if (!get) return [path, item]
    const security = (get.security ?? [{ key: [] }]).map(({ key = [] }) => ({ key: ['read', ...key] }))
    return [path, { ...others, get: { ...get, security, responses: { ...refusals, ...get.responses } } }]
  })
  return { ...document, paths: Object.fromEntries(paths) }
}
