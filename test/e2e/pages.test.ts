import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import { type Local, startLocal } from '../support/local.ts'

let local: Local
let browser: Browser
let page: Page
/** What the browser complains of: a blocked style, a script that fails, something that is not there. */
const complaints: string[] = []

beforeAll(async () => {
  ;[local, browser] = await Promise.all([startLocal('--memory', '--empty'), startBrowser()])
  page = await browser.newPage()
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`))
})
afterAll(async () => {
  await browser?.close()
  await local?.stop()
})

it('says at / what runs here, and every link of the page leads somewhere', async () => {
  await page.goto(local.url)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('A record of what was said')
  const targets = await page.$$eval('a[href]', (links) => links.map((link) => link.getAttribute('href') as string))
  expect(targets).toContain('/openapi.json')
  for (const target of targets.filter((one) => one.startsWith('/'))) {
    expect([target, (await fetch(local.url + target)).status]).toEqual([target, 200])
  }
})

it('opens the page of a problem from its type', async () => {
  const { body } = await local.request('GET', '/statements/s-nothing')
  expect(body.status).toBe(404)
  await page.goto(local.url + body.type)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(body.title)
  await page.goto(`${local.url}/problems`)
  await page
    .getByRole('link', { name: /already-recorded/ })
    .first()
    .click()
  expect(new URL(page.url()).pathname).toBe('/problems/already-recorded')
})

it('is styled, reads well on a telephone and in the dark, and loads nothing from elsewhere', async () => {
  const requested: string[] = []
  page.on('request', (request) => requested.push(request.url()))
  const colours: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 360, height: 640 })
    await page.goto(local.url)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    colours.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
  }
  expect(new Set(colours).size).toBe(2)
  expect(requested.filter((url) => !url.startsWith(local.url))).toEqual([])
})

it('has the whole reference on one page, which reads well on a telephone', async () => {
  await page.setViewportSize({ width: 360, height: 640 })
  await page.goto(local.url)
  await page.getByRole('link', { name: '/docs' }).click()
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The API, route by route')
  const contents = page.getByRole('navigation', { name: 'Contents' })
  await contents.getByRole('link', { name: 'POST /statements', exact: true }).click()
  expect(new URL(page.url()).hash).toBe('#recordStatement')
  const route = page.getByRole('region', { name: 'POST /statements', exact: true })
  expect((await route.getByRole('heading', { level: 3 }).boundingBox())?.y).toBeLessThan(100)
  expect(await route.getByText('fragments').first().isVisible()).toBe(true)
  await route.getByRole('link', { name: 'Fragment', exact: true }).click()
  expect(new URL(page.url()).hash).toBe('#schema-Fragment')
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
})

it('gives the browser nothing to complain of', () => {
  expect(complaints).toEqual([])
})
