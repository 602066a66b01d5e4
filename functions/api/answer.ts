import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { Env } from './context.ts'
import { Problem } from './problem.ts'
import { sentHeader } from './sent-header.ts'

/** Kept by whoever likes, asked about each time: what was just written is there, and what is unchanged costs nothing. */
const freshness = { 'Cache-Control': 'no-cache', Vary: 'Accept' }

/** Answers with JSON under an entity tag, by default its hash; `304` to one who has it. */
export const answer = <Body extends object>(
  c: Context<Env>,
  body: Body,
  tag?: string | number,
  headers: Readonly<Record<string, string>> = {},
) => tagged(c, body, `"${tag ?? hashOf(body)}"`, headers)

const hashOf = (body: object) => createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)

function tagged<Body extends object>(
  c: Context<Env>,
  body: Body,
  etag: string,
  headers: Readonly<Record<string, string>>,
) {
  const all = { ...freshness, ...headers, ETag: etag }
  if (isKnown(c.req.header('If-None-Match'), etag)) return c.body(null, 304, all)
  return c.json(body, 200, all)
}

/** Answers with a text that is not for everybody. */
export function answerText(c: Context<Env>, text: string, tag: string) {
  const headers = { 'Cache-Control': 'private, no-cache', Vary: 'Authorization', ETag: `"${tag}"` }
  return isKnown(c.req.header('If-None-Match'), headers.ETag) ? c.body(null, 304, headers) : c.text(text, 200, headers)
}

/** Answers with bytes, or a text, under a tag of what they say, and with the headers given; `304` to one who has them. */
export function answerBytes(
  c: Context<Env>,
  bytes: string | Uint8Array,
  headers: Readonly<Record<'Content-Type' | 'Cache-Control', string> & { [name: string]: string }>,
) {
  const all = { ...headers, ETag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
  return isKnown(c.req.header('If-None-Match'), all.ETag)
    ? c.body(null, 304, all)
    : c.body(typeof bytes === 'string' ? bytes : new Uint8Array(bytes), 200, all)
}

/** Answers with a page, as HTML. Pages, and what they are made with, are loaded for those who read them. */
export async function sendPage(c: Context<Env>, html: string) {
  const { contentSecurityPolicy } = await import('./pages/layout.tsx')
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}-html"`
  const headers = { ...freshness, ETag: etag, 'Content-Security-Policy': contentSecurityPolicy }
  return isKnown(c.req.header('If-None-Match'), etag) ? c.body(null, 304, headers) : c.html(html, 200, headers)
}

/** Answers with a resource, under its version, and a mark of what it says beside what its own stream does. */
export const resource = <View extends { version: number }>(c: Context<Env>, view: View, mark?: 'text') =>
  answer(c, view, mark ? `${view.version}-${mark}` : view.version)

/**
 * Answers with a resource as it was, under its version of then. What is provisional is kept by nobody. What is final is
 * asked about each time all the same, as everything is: a payload that is withheld by law is gone from old answers too,
 * and no cache forgets for us. So the tag says how much is withheld: that changes without a change of the version.
 */
export function resourceThen<View extends { version: number; withheld?: readonly unknown[] }>(
  c: Context<Env>,
  view: View,
  provisional: boolean,
) {
  const tag = view.withheld ? `${view.version}-without-${view.withheld.length}` : view.version
  return provisional ? answer(c, { ...view, provisional }, tag, notKept) : answer(c, view, tag)
}

const notKept = { 'Cache-Control': 'no-store' }

/** Sends the caller on to where the thing is for now, with the query it came with. */
export const moved = (c: Context<Env>, path: string) =>
  c.body(null, 307, { ...freshness, Location: `${path}${new URL(c.req.url).search}` })

/** Whether the caller has this very answer (RFC 9110 §13.1.2: weak comparison). */
const isKnown = (header: string | undefined, etag: string) =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((tag) => opaque(tag.trim()) === opaque(etag)))

const opaque = (etag: string) => etag.replace(/^W\//, '')

/**
 * Answers a write: `201` when this call recorded it, `200` when it was on record; the body is the same. The position is
 * said to who preferred to wait for it.
 */
export function written(
  c: Context<Env>,
  id: string,
  { version, added, position }: { version: number; added: boolean; position?: number },
  location: string,
) {
  const waited = position === undefined ? {} : { position }
  return c.json({ id, version, ...waited }, added ? 201 : 200, {
    Location: location,
    ETag: `"${version}"`,
    'Cache-Control': 'no-store',
    ...(position === undefined ? {} : { 'Preference-Applied': 'wait' }),
  })
}

/**
 * Answers a page of a list; `Link: rel="next"` is this request's address with the next page's `parameter`. A list that
 * says how far it has come has a weak tag, which leaves that out: the log goes on with every event elsewhere, and what
 * was said of it before still holds.
 */
export function page<Body extends { next: string | number | null; position?: number }>(
  c: Context<Env>,
  body: Body,
  parameter: 'cursor' | 'after',
) {
  const { position, ...listed } = body
  const link = nextLink(c, body.next, parameter)
  return position === undefined ? answer(c, body, undefined, link) : tagged(c, body, `W/"${hashOf(listed)}"`, link)
}

/** The same of a list as it was. */
export const pageThen = <Body extends { next: string | null }>(c: Context<Env>, list: Body, provisional: boolean) =>
  provisional
    ? answer(c, { ...list, provisional }, undefined, { ...nextLink(c, list.next, 'cursor'), ...notKept })
    : page(c, list, 'cursor')

function nextLink(
  c: Context<Env>,
  next: string | number | null,
  parameter: 'cursor' | 'after',
): Record<string, string> {
  if (next === null) return {}
  const query = new URLSearchParams(c.req.query())
  query.set(parameter, String(next))
  return { Link: `<${c.req.path}?${query}>; rel="next"` }
}

/** Whether a reader asks, who is to have a page; a program gets JSON. */
export const wantsPage = (c: Context<Env>) =>
  accepts(c, { header: 'Accept', supports: ['application/json', 'text/html'], default: 'application/json' }) ===
  'text/html'

/** Whether a text is asked for rather than JSON. */
export const wantsText = (c: Context<Env>) =>
  accepts(c, { header: 'Accept', supports: ['application/json', 'text/plain'], default: 'application/json' }) ===
  'text/plain'

/**
 * The version that `If-Match` asks for: of `"3"`, `W/"3"`, `"3-html"` of a page, and `"3-text"` of a document whose text
 * is held. A version is a whole state, so a weak tag says as much as a strong one, and proxies make tags weak when they
 * compress.
 * @throws {Problem} `invalid-header`
 */
export function ifMatch(c: Context<Env>): number | undefined {
  const header = sentHeader(c, 'If-Match')
  if (header === undefined) return undefined
  const version = /^(?:W\/)?"([1-9][0-9]{0,15})(?:-text)?(?:-html)?"$/.exec(header.trim())?.[1]
  if (version === undefined) throw new Problem('invalid-header', 'If-Match takes one entity tag, as ETag gave it: "3".')
  return Number(version)
}
