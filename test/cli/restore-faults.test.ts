import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { parseVkey } from '#events/log/note.ts'
import { audit as auditTables } from '../../cli/audit/auditing.ts'
import { exportLog } from '../../cli/export/exporting.ts'
import { Folder } from '../../cli/export/folder.ts'
import { restoreLog } from '../../cli/restore/restoring.ts'
import { folderSource } from '../../cli/verify/folder-source.ts'
import { httpSource } from '../../cli/verify/http-source.ts'
import { verifyLog } from '../../cli/verify/verify-log.ts'
import { recordGround, statement } from '../functions/api/fixtures.ts'
import { type Served, serve } from '../functions/api/served.ts'
import { audit } from '../support/audit.ts'
import { faults, isWrite } from '../support/faults.ts'
import { listen } from '../support/listen.ts'

const out = join(mkdtempSync(join(tmpdir(), 'rapporteur-restore-')), 'mirror')
let here: Served
let there: Served
let checkpoint: Parameters<typeof restoreLog>[2]

beforeAll(async () => {
  here = await serve()
  await recordGround(here)
  const { body } = await here.ask('POST', '/statements', { json: statement })
  const correction = { reason: 'misread', replaces: { topics: ['harbours'] } }
  await here.ask('POST', `/statements/${body.id}/corrections`, { json: correction })
  await here.settle()
  const { url, close } = await listen((request) => here.fetch(request))
  const folder = new Folder(out)
  await folder.open()
  await exportLog(httpSource(url, undefined), folder, () => {})
  await close()
  const keys = readFileSync(join(out, 'log/key'), 'utf8').trimEnd().split('\n').map(parseVkey)
  const { head } = await verifyLog(folderSource(out), { keys, witnesses: [], quorum: 0 })
  checkpoint = head?.checkpoint ?? expect.fail('no checkpoint')
}, 60_000)
afterAll(async () => {
  await here.stop()
  rmSync(join(out, '..'), { recursive: true })
})
beforeEach(async () => {
  there = await serve()
})
afterEach(() => there.stop())

const restore = (client = there.engine.client()) =>
  restoreLog({ client, events: there.tables.events, log: there.tables.log }, folderSource(out), checkpoint, {
    published: true,
    told: () => {},
  })

const lists = async ({ ask }: Served) =>
  Promise.all(['/statements', '/actors', '/events'].map(async (path) => (await ask('GET', path)).body))

/** The record of here is there: under the same root, in the same lists, and nothing else is. */
async function expectSame(at: string): Promise<void> {
  await there.settle()
  const { sealed, unsealed } = await audit(there.engine.client(), there.tables)
  expect([sealed.length, unsealed], at).toEqual([checkpoint.size, []])
  const { findings } = await auditTables({ client: there.engine.client(), ...there.tables }, () => {})
  expect(findings.named, at).toEqual([])
  expect((await there.deps.log.head()).root, at).toEqual((await here.deps.log.head()).root)
  expect(await lists(there), at).toEqual(await lists(here))
}

for (const when of ['before', 'after'] as const) {
  it(`dies at each of its writes, ${when} it lands, and is started anew: it ends as ever`, async () => {
    let deaths = 0
    // Each time it comes one write further: what is there already is put again, and changes nothing.
    for (let nth = 1; ; nth++) {
      const client = there.engine.client()
      const { set, unmet } = faults(client)
      set({ nth, when, outcome: 'dies', of: isWrite })
      const ended = await restore(client).then(
        () => true,
        () => false,
      )
      if (unmet() > 0) {
        expect(ended, `with ${nth - 1} writes in all`).toBe(true)
        break
      }
      expect(ended, `write ${nth}`).toBe(false)
      deaths++
    }
    expect(deaths).toBeGreaterThan(2 * checkpoint.size)
    await expectSame(when)
  }, 120_000)
}

it('comes before what somebody records meanwhile', async () => {
  const client = there.engine.client()
  const { set, unmet } = faults(client)
  const meanwhile = async () => {
    const { status } = await there.ask('PUT', '/actors/lev-oster', { json: { kind: 'person', name: 'Lev Oster' } })
    expect(status).toBe(201)
    await there.seal().catch(() => undefined) // the log is half there
  }
  set({ nth: 3, when: 'before', outcome: 'goes on', meanwhile, of: isWrite })
  await restore(client)
  expect(unmet()).toBe(0)
  await there.settle()
  const { sealed, unsealed } = await audit(there.engine.client(), there.tables)
  expect([sealed.length, unsealed]).toEqual([checkpoint.size + 1, []])
  expect(sealed.at(-1)).toBe('actor-lev-oster/1')
  const { findings } = await auditTables({ client: there.engine.client(), ...there.tables }, () => {})
  expect(findings.named).toEqual([])
}, 60_000)
