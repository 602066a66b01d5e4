import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { refusalCodes } from '#events/refusal.ts'
import { type ProblemCode, problemCodes } from '#functions/api/problems/codes.ts'
import { problemMarkdown } from '#functions/api/problems/texts.ts'

const codes = Object.keys(problemCodes) as ProblemCode[]
const pages = readdirSync('docs/problems') // before anything below could write one

it('has a page in docs/problems for every code, and none for others', () => {
  expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`).sort())
  for (const code of refusalCodes) expect(codes).toContain(code)
})

// After a change: `npx vitest run test/functions/api/problems.test.ts -u` writes the pages anew.
it.each(codes)('says of %s in docs/problems what the API says', async (code) => {
  await expect(problemMarkdown(code)).toMatchFileSnapshot(`../../../docs/problems/${code}.md`)
})
