import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseVkey } from '#events/log/note.ts'
import { exportLog } from '../../cli/export/exporting.ts'
import { Folder } from '../../cli/export/folder.ts'
import { restoreLog } from '../../cli/restore/restoring.ts'
import { folderSource } from '../../cli/verify/folder-source.ts'
import { httpSource } from '../../cli/verify/http-source.ts'
import { verifyLog } from '../../cli/verify/verify-log.ts'
import { recordGround, recordOther, statement, statementPath } from '../functions/api/fixtures.ts'
import { type Served, serve } from '../functions/api/served.ts'
import { writes } from '../functions/api/writes.ts'
import { audit } from '../support/audit.ts'
import { faults, isWrite } from '../support/faults.ts'
import { listen } from '../support/listen.ts'
import { eventually } from '../support/local.ts'
import { someCommand } from '../support/log.ts'
import { entriesOf, headOf, keysOf, rootOfEntries } from '../support/outside.ts'

let served: Served
let url: string
let close: () => Promise<void>
let out: string
const asked: string[] = []

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
  await recordOther(served)
  for (const { method, path, json } of writes) await served.ask(method, path, { json })
  const { store } = served.deps
  // Enough for a full tile, in commits of several events.
  for (let n = 0; n < 60; n++) {
    const lessons = Array.from({ length: 5 }, (_, at) => lesson(`${n}-${at}`))
    await store.append(await store.load('mission-harbour-watch'), lessons, { LessonRecorded: 1 }, someCommand())
  }
  await served.seal()
  ;({ url, close } = await listen((request) => {
    asked.push(new URL(request.url).pathname)
    return served.fetch(request)
  }))
}, 120_000)
afterAll(async () => {
  await close()
  await served.stop()
})
beforeEach(() => {
  out = join(mkdtempSync(join(tmpdir(), 'rapporteur-export-')), 'mirror')
  asked.length = 0
})
afterEach(() => rmSync(join(out, '..'), { recursive: true, force: true }))

const lesson = (lessonId: string) => ({
  type: 'LessonRecorded',
  data: { lessonId, text: `To come before the ice: ${lessonId}.`, status: 'to-be-learned' },
})
const nothing = () => {}
async function exported() {
  const folder = new Folder(out)
  await folder.open()
  return exportLog(httpSource(url, undefined), folder, nothing)
}
async function checked() {
  const source = folderSource(out)
  const keys = readFileSync(join(out, 'log/key'), 'utf8').trimEnd().split('\n').map(parseVkey)
  const { findings, head, withheld } = await verifyLog(source, { keys, witnesses: [], quorum: 0 })
  expect(findings.kept).toEqual([])
  return { source, checkpoint: head?.checkpoint ?? expect.fail('no checkpoint'), withheld }
}
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort()

describe('an export', () => {
  it('is the log as it is served, and is verified offline and as a static mirror', async () => {
    const { size, before, withheld } = await exported()
    expect([before, withheld]).toEqual([0, 0])
    expect((await checked()).checkpoint.size).toBe(size)
    const files = filesIn(out)
    expect(files).toEqual(
      expect.arrayContaining(['README.txt', 'checkpoint', 'log/key', 'tile/0/000', 'payloads/000.ndjson']),
    )
    for (const path of files.filter((file) => /^(checkpoint|log|tile)/.test(file))) {
      const served = Buffer.from(await (await fetch(`${url}/${path}`)).arrayBuffer())
      expect([path, readFileSync(join(out, path)).equals(served)]).toEqual([path, true])
    }
    const mirror = await listen((request) => {
      const path = new URL(request.url).pathname.slice(1)
      return files.includes(path) ? new Response(readFileSync(join(out, path))) : new Response(null, { status: 404 })
    })
    const entries = await entriesOf(mirror.url, size)
    expect(rootOfEntries(entries)).toBe((await headOf(mirror.url, await keysOf(mirror.url))).root)
    await mirror.close()
  })

  it('is for its owner alone, and says how safe it must be kept', async () => {
    await exported()
    expect(statSync(out).mode & 0o777).toBe(0o700)
    for (const file of filesIn(out)) expect([file, statSync(join(out, file)).mode & 0o077]).toEqual([file, 0])
    expect(readFileSync(join(out, 'README.txt'), 'utf8')).toContain('AS SAFE AS')
  })

  it('is brought forward: what is full is not asked for again, and nothing outgrown stays', async () => {
    const first = await exported()
    await served.ask('PUT', `/actors/more-${Date.now()}`, { json: { kind: 'person', name: 'Ilya Varen' } })
    await served.seal()
    asked.length = 0
    const second = await exported()
    expect([second.before, second.size]).toEqual([first.size, first.size + 1])
    expect(asked).not.toContain('/tile/entries/000')
    await checked()
    expect(filesIn(out).filter((path) => path.includes('.p/'))).toEqual(
      ['payloads/001.p', 'tile/0/001.p', 'tile/1/000.p', 'tile/entries/001.p'].map((at) => {
        const width = at.startsWith('tile/1') ? 1 : second.size - 256
        return `${at}/${width}${at.startsWith('payloads') ? '.ndjson' : ''}`
      }),
    )
    expect(await exported()).toMatchObject({ size: second.size, before: second.size, files: 0 })
  })

  it('that was interrupted goes on with what is there', async () => {
    const folder = new Folder(out)
    await folder.open()
    const source = httpSource(url, undefined)
    let left = 6
    const breaking = {
      name: url,
      get: async (path: string) => (left-- > 0 ? source.get(path) : Promise.reject(new Error('gone'))),
    }
    await expect(exportLog(breaking, folder, nothing)).rejects.toThrow('gone')
    expect(filesIn(out)).not.toContain('checkpoint')
    // What was on its way when it broke still comes to rest.
    const there = await eventually(
      async () => filesIn(out).filter((path) => !path.endsWith('.draft')),
      ({ length }) => length > 0,
    )
    expect(there.length).toBeGreaterThan(0)
    asked.length = 0
    await exported()
    expect(asked.filter((path) => there.includes(path.slice(1)))).toEqual([])
    await checked()
  })

  it('takes nothing that the checkpoint does not sign', async () => {
    const source = httpSource(url, undefined)
    const lying = {
      name: url,
      async get(path: string) {
        const bytes = await source.get(path)
        if (path !== 'tile/entries/000' || !bytes) return bytes
        return Buffer.from(Buffer.from(bytes).toString('latin1').replace('mira-kovan', 'mira-kovam'), 'latin1')
      },
    }
    const folder = new Folder(out)
    await folder.open()
    await expect(exportLog(lying, folder, nothing)).rejects.toThrow(/is not what its checkpoint signs.*Position \d+/s)
    expect(filesIn(out)).toEqual([])
    await exported()
    await checked()
  })
})

describe('a restore', () => {
  const restored = async (other: Served, published = true) => {
    const { source, checkpoint } = await checked()
    const tables = { client: other.engine.client(), events: other.tables.events, log: other.tables.log }
    await restoreLog(tables, source, checkpoint, { published, told: nothing })
    return checkpoint
  }

  it('into an empty stack gives the same log under the same root, which goes on under another key', async () => {
    await exported()
    const other = await serve()
    try {
      const { size, root } = await restored(other)
      await audit(other.engine.client(), other.tables)
      const head = await other.deps.log.head()
      expect([head.size, Buffer.from(head.root)]).toEqual([size, Buffer.from(root)])
      await other.settle()
      await served.settle()
      for (const path of [
        '/statements?limit=100',
        '/missions?limit=100',
        '/actors?limit=100',
        '/events?limit=100',
        statementPath,
      ]) {
        expect([path, (await other.ask('GET', path)).body]).toEqual([path, (await served.ask('GET', path)).body])
      }
      expect((await other.ask('GET', '/log/key')).text).not.toBe((await served.ask('GET', '/log/key')).text)
      expect(await other.deps.published()).toBe(size)

      const more = await other.ask('PUT', '/actors/after-restore', { json: { kind: 'person', name: 'Ilya Varen' } })
      expect(more.status).toBe(201)
      expect((await other.ask('POST', '/statements', { json: statement })).status).toBe(200) // told again, it is known
      await other.settle()
      const { sealed, unsealed } = await audit(other.engine.client(), other.tables)
      expect([sealed.length, unsealed]).toEqual([size + 1, []])
      const proof = (await other.ask('GET', `${statementPath}/proof`)).body
      expect(proof.events.map(({ position }: { position: number }) => position)).toEqual(
        (await served.ask('GET', `${statementPath}/proof`)).body.events.map(
          ({ position }: { position: number }) => position,
        ),
      )
    } finally {
      await other.stop()
    }
  }, 120_000)

  it('recovers the commits as they were', async () => {
    await exported()
    const other = await serve()
    try {
      await restored(other)
      for (const streamId of ['mission-harbour-watch', 'actor-mira-kovan', `statement-${statementPath.slice(12)}`]) {
        const told = (commits: Awaited<ReturnType<typeof other.deps.store.after>>) =>
          commits.map(({ commandhash: _, ...commit }) => commit)
        const before = await served.deps.store.after(streamId, 0)
        expect(before.length).toBeGreaterThan(0)
        expect(told(await other.deps.store.after(streamId, 0))).toEqual(told(before))
      }
    } finally {
      await other.stop()
    }
  }, 120_000)

  it('is refused by a stack with events of its own, and by one that has another log', async () => {
    await exported()
    const other = await serve()
    try {
      await other.ask('PUT', '/actors/mira-kovan', { json: { kind: 'person', name: 'Mira Kovan' } })
      await expect(restored(other)).rejects.toThrow('has events of its own')
      await other.seal()
      await expect(restored(other)).rejects.toThrow('has events of its own')
    } finally {
      await other.stop()
    }
  }, 60_000)

  it('that was interrupted at any time goes on where it was', async () => {
    await exported()
    const { source, checkpoint } = await checked()
    const other = await serve()
    try {
      const client = other.engine.client()
      const tables = { client, events: other.tables.events, log: other.tables.log }
      const run = () => restoreLog(tables, source, checkpoint, { published: true, told: nothing })
      const { set, unmet } = faults(client)
      for (const [nth, when] of [
        [1, 'after'],
        [2, 'before'],
        [4, 'after'],
        [9, 'before'],
        [20, 'after'],
        [60, 'before'],
        [90, 'after'],
      ] as const) {
        set({ nth, when, of: isWrite })
        await expect(run()).rejects.toThrow('PutItem')
        expect(unmet()).toBe(0)
      }
      await run()
      await run() // once more: nothing is left to do
      const { sealed, unsealed } = await audit(other.engine.client(), other.tables)
      expect([sealed.length, unsealed]).toEqual([checkpoint.size, []])
    } finally {
      await other.stop()
    }
  }, 120_000)

  it('takes nothing that was changed', async () => {
    await exported()
    const file = join(out, 'payloads/000.ndjson')
    chmodSync(file, 0o600)
    writeFileSync(file, readFileSync(file, 'utf8').replace('Mira Kovan', 'Mira Kovam'))
    await expect(checked()).rejects.toThrow()
  })
})

it('forgets what is withheld, in what was brought over before too', async () => {
  await exported()
  const { store } = served.deps
  const withholding = { type: 'PayloadWithheld', data: { version: 3, ground: 'An order of the Ostmark court' } }
  const stream = await store.load('mission-harbour-watch')
  await store.append(stream, [withholding], { PayloadWithheld: 1 }, someCommand())
  await served.seal()
  expect((await exported()).withheld).toBe(1)
  const { withheld, checkpoint } = await checked()
  expect(withheld).toBe(2) // the sample has one of its own
  const lines = readFileSync(join(out, 'payloads/000.ndjson'), 'utf8').trimEnd().split('\n')
  const gone = lines.map((line) => JSON.parse(line)).filter((line) => 'withheld' in line)
  expect(gone).toHaveLength(2)
  expect(gone).toContainEqual({ position: expect.any(Number), withheld: checkpoint.size - 1 })
})
