import { buildSync } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { formatVkey } from '#events/log/note.ts'
import { startBrowser } from '../../support/browser.ts'
import { changed, type Files, fixtures, logKey, logOf, replaced } from './made-log.ts'

/** What a page does to check a log: nothing but the core, and a function that gets bytes. */
const page = `
  import { fromBase64 } from '#events/log/base.ts'
  import { parseVkey } from '#events/log/note.ts'
  import { verifyLog } from './cli/verify/verify-log.ts'
  globalThis.check = async (files, vkey) => {
    const get = async (path) => path in files ? fromBase64(files[path]) : undefined
    const { findings, head } = await verifyLog({ name: 'the page', get }, { keys: [parseVkey(vkey)], witnesses: [], quorum: 0 })
    return { size: head?.checkpoint.size, findings: findings.kept }
  }
`

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

it('checks a log in a browser as in Node', async () => {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents: page, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const inputs = Object.keys(metafile.inputs)
  expect(inputs).toContain('events/log/crypto-browser.ts')
  expect(inputs).not.toContain('events/log/crypto-node.ts')

  const tab = await browser.newPage()
  await tab.addScriptTag({ content: outputFiles[0]?.text ?? '' })
  const check = (files: Files) =>
    tab.evaluate(
      ([given, vkey]) => (globalThis as unknown as { check: (...args: unknown[]) => unknown }).check(given, vkey),
      [
        Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')])),
        formatVkey(logKey),
      ] as const,
    )
  const log = logOf(fixtures(300))
  expect(await check(log)).toEqual({ size: 300, findings: [] })
  expect(await check(changed(log, 'tile/entries/001.p/44', replaced('desk-a', 'desk-b')))).toEqual({
    size: 300,
    findings: [
      {
        kind: 'entry',
        position: 256,
        what: 'Position 256 (statement-s-4/37): its entry is not the one whose leaf hash is in tile/0/001.p/44',
      },
    ],
  })
})
