import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProblemCode, problemCodes } from '#functions/api/problems/codes.ts'
import { problemTexts } from '#functions/api/problems/texts.ts'
import { recordGround } from './fixtures.ts'
import { type Served, serve, source } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await served.seal()
})
afterAll(() => served.stop())

const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

it.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['text/html;q=0.5, application/json', 'application/json'],
  ['image/png', 'application/json'],
  [browser.Accept, 'text/html; charset=UTF-8'],
  ['text/html', 'text/html; charset=UTF-8'],
])('answers at / to Accept: %s with %s', async (accept, type) => {
  const { headers, status } = await ask('GET', '/', { headers: accept ? { Accept: accept } : {} })
  expect([status, headers.get('Content-Type')]).toEqual([200, type])
  expect(headers.get('Vary')).toContain('Accept')
})

it('says at / what runs here, and links only to what answers', async () => {
  const { body } = await ask('GET', '/')
  expect(body).toMatchObject({ name: 'Rapporteur', source })
  const page = await ask('GET', '/', { headers: browser })
  expect(page.text).toContain(source)
  expect(page.text).toContain((await ask('GET', '/log/key')).text.trim())
  const linked = [...page.text.matchAll(/href="([^"]+)"/g)].map(([, path]) => path as string)
  const links = new Set([...Object.values(body.links as Record<string, string>), ...linked])
  expect(links.size).toBeGreaterThan(5)
  for (const path of links) expect((await ask('GET', path)).status).toBe(200)
})

it('is whole by itself: nothing runs on a page, and nothing is loaded from elsewhere', async () => {
  for (const path of ['/', '/docs', '/problems', '/problems/already-recorded']) {
    const { text, headers } = await ask('GET', path, { headers: browser })
    expect(text).toMatch(/^<!doctype html><html lang="en">/)
    expect(text).toContain('<title>')
    expect(text).not.toMatch(/<script|src=|url\(|@import|<link/)
    expect(headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='/)
  }
})

it('keeps page and JSON apart by their tags', async () => {
  const json = (await ask('GET', '/')).headers.get('ETag') ?? ''
  const page = (await ask('GET', '/', { headers: browser })).headers.get('ETag') ?? ''
  expect(page).not.toBe(json)
  expect(page).toMatch(/-html"$/)
  expect((await ask('GET', '/', { headers: { ...browser, 'If-None-Match': page } })).status).toBe(304)
  expect((await ask('GET', '/', { headers: { ...browser, 'If-None-Match': json } })).status).toBe(200)
  expect((await ask('GET', '/', { headers: { 'If-None-Match': json } })).status).toBe(304)
})

it.each(Object.keys(problemCodes) as ProblemCode[])('opens a page for the problem %s', async (code) => {
  const { status, text } = await ask('GET', `/problems/${code}`, { headers: browser })
  expect(status).toBe(200)
  const shown = text
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
  for (const said of [problemCodes[code].title, problemTexts[code].happened, problemTexts[code].doing]) {
    expect(shown).toContain(said.replaceAll('`', ''))
  }
  expect((await ask('GET', `/problems/${code}`)).body).toEqual({
    code,
    type: `/problems/${code}`,
    ...problemCodes[code],
    ...problemTexts[code],
  })
})

it('lets anyone’s page read, and nobody’s page write', async () => {
  const origin = { Origin: 'https://reader.example' }
  const read = await ask('GET', '/actors/mira-kovan', { headers: origin })
  expect(read.headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect(read.headers.get('Access-Control-Expose-Headers')).toBe('ETag,Link')
  const refused = await ask('GET', '/actors/nobody', { headers: origin })
  expect(refused.headers.get('Access-Control-Allow-Origin')).toBe('*')

  const preflight = await ask('OPTIONS', '/statements', {
    headers: { ...origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' },
    undescribed: true,
  })
  expect([preflight.status, preflight.headers.get('Access-Control-Allow-Methods')]).toEqual([204, 'GET,HEAD'])
  expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('If-None-Match')
  const wrote = await ask('POST', '/statements', { json: {}, headers: origin })
  expect(wrote.headers.has('Access-Control-Allow-Origin')).toBe(false)
})

it('says at / where it is described, for programs and for people', async () => {
  for (const headers of [{}, browser]) {
    expect((await ask('GET', '/', { headers })).headers.get('Link')).toBe(
      '</openapi.json>; rel="service-desc"; type="application/json", </docs>; rel="service-doc"; type="text/html"',
    )
  }
})

describe('the reference', () => {
  const plain = (html: string) =>
    html
      .replace(/<[^>]+>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
  const idsIn = (html: string) => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)

  it('has every route with its fields, scopes and problems, each under an anchor of its own', async () => {
    const { text } = await ask('GET', '/docs')
    const ids = idsIn(text)
    expect(new Set(ids).size).toBe(ids.length)
    const routes = Object.entries(served.described.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
    )
    expect(routes.length).toBeGreaterThan(40)
    for (const { operationId, path, method, security = [], parameters = [], responses } of routes) {
      const section = text.split(`aria-labelledby="${operationId}"`)[1]?.split('</section>')[0] ?? ''
      expect(plain(section)).toContain(`${method} ${path}`)
      for (const { key = [] } of security) for (const scope of key) expect(section).toContain(`<code>${scope}</code>`)
      for (const { name } of parameters) expect(section).toContain(name)
      const codes = JSON.stringify(responses).match(/(?<="\/problems\/)[a-z-]+/g) ?? []
      for (const code of codes) expect(section).toContain(`href="/problems/${code}"`)
    }
  })

  it('shows a body field by field, and says which are required', async () => {
    const { text } = await ask('GET', '/docs')
    const section = text.split('aria-labelledby="recordStatement"')[1]?.split('</section>')[0] ?? ''
    const body = section.slice(section.indexOf('Body <'), section.indexOf('>Answers<'))
    const required = [...body.matchAll(/<dt><code>(\w+)<\/code>(?:(?!<dt>).)*?<\/dt>/gs)].map(([dt, name]) => [
      name,
      dt.includes('required'),
    ])
    expect(Object.fromEntries(required)).toMatchObject({
      documentId: true,
      speaker: true,
      fragments: true,
      language: false,
      chain: false,
    })
  })

  it('leads nowhere that is not there', async () => {
    const { text } = await ask('GET', '/docs')
    const ids = new Set(idsIn(text))
    const targets = new Set([...text.matchAll(/href="([^"]+)"/g)].map(([, target]) => target as string))
    expect(targets.size).toBeGreaterThan(100)
    for (const target of targets) {
      if (target.startsWith('#')) expect([target, ids.has(target.slice(1))]).toEqual([target, true])
      else expect([target, (await ask('GET', target)).status]).toEqual([target, 200])
    }
  })
})
