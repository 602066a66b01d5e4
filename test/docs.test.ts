import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Targets of a page's links that are files here. */
const links = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1] as string)
    .filter((target) => !/^[a-z]+:|^#|^\//.test(target))

it.each(pages)('%s links only to what is there', (page) => {
  for (const target of links(page)) expect([target, existsSync(join(dirname(page), target))]).toEqual([target, true])
})

it('walks a statement through every room', () => {
  const walked = links('docs/life-of-a-statement.md')
  for (const room of ['events', 'functions/api', 'functions/store', 'functions/seal', 'functions/publish']) {
    expect(walked.filter((target) => target.startsWith(`../${room}/`)).length).toBeGreaterThan(0)
  }
  expect(walked.length).toBeGreaterThan(30)
})

it('speaks only of npm scripts that exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const named = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/npm run ([a-z:-]+)/g)].map((m) => m[1]),
  )
  expect(named.length).toBeGreaterThan(3)
  for (const name of named) expect(Object.keys(scripts)).toContain(name)
})
