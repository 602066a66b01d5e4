import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mission, organization, person, phase } from '../functions/api/fixtures.ts'
import { type Served, serve } from '../functions/api/served.ts'
import { listen } from '../support/listen.ts'
import { eventually } from '../support/local.ts'

type Answering = Parameters<typeof listen>[0]

let served: Served
let server: Awaited<ReturnType<typeof listen>>
let key: string
let folder: string
/** What answers instead of the API, one import after the other; the API itself once none is left. */
let instead: Answering[]
let imports = 0

beforeAll(async () => {
  served = await serve()
  key = await served.keyFor(['record', 'revise'])
  server = await listen((request) => {
    if (new URL(request.url).pathname !== '/imports') return served.fetch(request)
    imports++
    return (instead.shift() ?? served.fetch)(request)
  })
  folder = mkdtempSync(join(tmpdir(), 'rapporteur-import-'))
})
beforeEach(() => {
  instead = []
  imports = 0
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.close()
  await served.stop()
})

interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(args: readonly string[], env: Record<string, string> = { RAPPORTEUR_KEY: key }): ChildProcess {
  return spawn(process.execPath, ['cli/import.ts', ...args], {
    env: { PATH: process.env.PATH, ...env } as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

async function ended(child: ChildProcess): Promise<Run> {
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout as NonNullable<ChildProcess['stdout']>),
    text(child.stderr as NonNullable<ChildProcess['stderr']>),
    once(child, 'exit'),
  ])
  return { status: status as number | null, stdout, stderr }
}

const run = (args: readonly string[], env?: Record<string, string>) => ended(start(args, env))
const importing = (file: string, ...args: string[]) => run([file, '--url', server.url, ...args])

let files = 0
function fileOf(...lines: readonly (object | string | Buffer)[]): string {
  const path = join(folder, `lines-${++files}.ndjson`)
  const bytes = lines.map((line) =>
    Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
  )
  writeFileSync(path, Buffer.concat(bytes.flatMap((line) => [line, Buffer.from('\n')])))
  return path
}

/** Missions of 10 reports each, told in turn: each is one stream, so the order of its lines shows. */
const perMission = 10
const missionsFor = (count: number) => Math.ceil((count - 2) / (perMission + 1))
const reports = (name: string, count: number) => {
  const missions = Array.from({ length: missionsFor(count) }, (_, index) => `${name}-${index}`)
  const lines = [
    { method: 'PUT', path: '/actors/ostmark-council', body: { ...organization, name: 'Council of Ostmark' } },
    { method: 'PUT', path: '/actors/ostmark-bulletin', body: organization },
    ...missions.map((missionId) => ({ method: 'POST', path: '/missions', body: { ...mission, missionId } as object })),
    ...Array.from({ length: perMission }, (_, index) =>
      missions.map((missionId) => ({
        method: 'POST',
        path: `/missions/${missionId}/phases`,
        body: { ...phase, reportId: `report-${index}` },
      })),
    ).flat(),
  ]
  return lines.slice(0, count)
}

/** So long that two make a part. */
const padded = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}${' '.repeat(1_500_000)}`)

/** Each report stands once, in the order of the file. */
async function inOrder(name: string, count: number): Promise<void> {
  let recorded = 2
  for (let index = 0; index < missionsFor(count); index++) {
    const { commits } = await served.deps.store.load(`mission-${name}-${index}`)
    const [, ...ids] = commits.flatMap(({ events }) =>
      events.map(({ data }) => (data as { reportId?: string }).reportId),
    )
    expect(ids).toEqual(ids.map((_, at) => `report-${at}`))
    recorded += 1 + ids.length
  }
  expect(recorded).toBe(count)
}

const totals = (stdout: string) =>
  ['added', 'already there', 'refused'].map((word) =>
    Number(new RegExp(`^${word} +([\\d,]+)$`, 'm').exec(stdout)?.[1]?.replace(',', '')),
  )

describe('a file', () => {
  it('goes in whole and in order, and again all of it is there', async () => {
    const file = fileOf(...reports('long-watch', 80))
    const first = await importing(file)
    expect([first.status, totals(first.stdout)]).toEqual([0, [80, 0, 0]])
    await inOrder('long-watch', 80)
    const again = await importing(file)
    expect([again.status, totals(again.stdout)]).toEqual([0, [0, 80, 0]])
    expect(existsSync(`${file}.import.json`)).toBe(false)
  })

  it('is told line by line what was refused, by its number in the file, and why', async () => {
    const actor = (id: string) => ({ method: 'PUT', path: `/actors/${id}`, body: person })
    const file = fileOf(
      actor('one'),
      '',
      { method: 'POST', path: '/actors/one/merge', body: { into: 'no-one', reason: 'a pen name' } },
      '{ "method": "PUT", \u001b[2J',
      Buffer.from([0x22, 0xff, 0x22]),
      `"${'x'.repeat(4 * 1024 * 1024)}"`,
      actor('two'),
    )
    const { status, stdout } = await importing(file)
    expect([status, totals(stdout)]).toEqual([1, [2, 0, 4]])
    expect(stdout).toMatch(/^ *line +status +problem +why$/m)
    expect(stdout).toMatch(/^ +3 +422 +invalid-input +#\/into names an actor that is not on record: no-one\.$/m)
    expect(stdout).toMatch(/^ +4 +400 +malformed-body +The line is not JSON/m)
    expect(stdout).toMatch(/^ +5 +0 +not sent +The line is not UTF-8\.$/m)
    expect(stdout).toMatch(/^ +6 +0 +not sent +The line is longer than 4194303 bytes\.$/m)
    expect(stdout).not.toContain('\u001b')
  })

  it('goes in parts that the API takes, however many and however long its lines are', async () => {
    const many = await importing(fileOf(...Array.from({ length: 1_001 }, () => '{}')))
    expect([many.status, totals(many.stdout), imports]).toEqual([1, [0, 0, 1_001], 3])
    expect(many.stdout).toMatch(/^and 1 more$/m)
    imports = 0
    const long = await importing(fileOf(...padded(reports('wide-watch', 7))))
    expect([long.status, totals(long.stdout)[2], imports]).toEqual([0, 0, 4])
    await inOrder('wide-watch', 7)
  })

  it('comes by standard input as well', async () => {
    const child = start(['-', '--url', server.url, '--key', key], {})
    const done = ended(child)
    child.stdin?.end(readFileSync(fileOf(...reports('piped-watch', 10))))
    const { status, stdout } = await done
    expect([status, totals(stdout)[2]]).toEqual([0, 0])
    await inOrder('piped-watch', 10)
  })
})

it('loses and doubles nothing, whatever happens on the way', async () => {
  instead = [
    () => undefined,
    () => new Response('<html>Bad Gateway</html>', { status: 502 }),
    () => new Response('{"message":"Too Many Requests"}', { status: 429, headers: { 'Retry-After': '1' } }),
    async (request) => {
      await served.fetch(request) // recorded, and the answer is lost
      return undefined
    },
    async (request) => {
      const answer = await served.fetch(request)
      return new Response((await answer.text()).split('\n').slice(0, 7).join('\n'))
    },
    async (request) => {
      const lines = (await (await served.fetch(request)).text()).trimEnd().split('\n')
      const left = { status: 503, problem: { type: '/problems/not-tried', detail: 'The 20 seconds were over.' } }
      return new Response(
        lines.map((line, at) => (at < 20 ? line : JSON.stringify({ line: at + 1, ...left }))).join('\n'),
      )
    },
  ]
  const { status, stdout, stderr } = await importing(fileOf(...reports('troubled-watch', 60)))
  expect([status, totals(stdout).reduce((sum, one) => sum + one), totals(stdout)[2]]).toEqual([0, 60, 0])
  expect(stderr).toContain('Too Many Requests Again in 1 s.')
  expect(instead).toEqual([])
  await inOrder('troubled-watch', 60)
})

describe('an import that was interrupted', () => {
  /** Stops while the third part is under way. */
  async function interrupted(file: string): Promise<void> {
    let asked = false
    const never: Answering = () => {
      asked = true
      return new Promise(() => undefined)
    }
    instead = [served.fetch, served.fetch, never]
    const child = start([file, '--url', server.url])
    const done = ended(child)
    expect(
      await eventually(
        async () => asked,
        (is) => is,
      ),
    ).toBe(true)
    child.kill('SIGKILL')
    await done
    imports = 0
  }

  it('goes on where it stopped, and ends with the table of both', async () => {
    const file = fileOf(...padded(reports('resumed-watch', 7)), 'no line')
    await interrupted(file)
    const { status, stdout, stderr } = await importing(file)
    expect(stderr).toContain('Going on after line 4')
    expect([status, imports, totals(stdout)[2]]).toEqual([1, 2, 1])
    expect(totals(stdout).reduce((sum, one) => sum + one)).toBe(8)
    await inOrder('resumed-watch', 7)
    expect(existsSync(`${file}.import.json`)).toBe(false)
  })

  it('begins anew where the file was changed, where it is asked to, and for another deployment', async () => {
    const file = fileOf(...padded(reports('anew-watch', 7)))
    await interrupted(file)
    const state = readFileSync(`${file}.import.json`, 'utf8')

    writeFileSync(file, readFileSync(file, 'utf8').replace('Council of Ostmark', 'Council of  Ostmark'))
    const changed = await importing(file)
    expect([changed.stderr, totals(changed.stdout)]).toEqual(['', [3, 3, 1]])

    writeFileSync(file, readFileSync(file, 'utf8').replace('Council of  Ostmark', 'Council of Ostmark'))
    writeFileSync(`${file}.import.json`, state)
    expect(totals((await importing(file, '--restart')).stdout)).toEqual([0, 7, 0])

    writeFileSync(`${file}.import.json`, state.replace(/urn:rapporteur:[0-9a-f]/, 'urn:rapporteur:0'))
    imports = 0
    expect(totals((await importing(file)).stdout)).toEqual([0, 7, 0])
    expect(imports).toBe(4)
  })
})

describe('what a person has to mend is said in a line', () => {
  it.each<[string, () => string[], RegExp]>([
    ['no file', () => ['--url', server.url], /npm run import -- <file\.ndjson>/],
    ['two files', () => ['a', 'b', '--url', server.url], /npm run import -- <file\.ndjson>/],
    [
      'a file that is not there',
      () => [join(folder, 'nothing'), '--url', server.url],
      /nothing cannot be read: ENOENT/,
    ],
    ['a folder', () => [folder, '--url', server.url], /is not a file/],
    ['two addresses', () => ['a', '--url', server.url, '--stack', 'Rapporteur'], /one of --url, --data and --stack/],
    ['an option that is none', () => ['a', '--fast'], /Unknown option '--fast'/],
    ['no address', () => ['a', '--url', 'here'], /"here" is not the URL of an API/],
    ['a key that is not known', () => [fileOf('{}'), '--url', server.url, '--key', 'rk_none'], /answers 401: .*--key/],
  ])('%s', async (_, args, why) => {
    const { status, stdout, stderr } = await run(args())
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(why)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  it('no key', async () => {
    const { status, stderr } = await run([fileOf('{}'), '--url', server.url], {})
    expect([status, stderr]).toEqual([1, expect.stringContaining('RAPPORTEUR_KEY')])
  })

  it('an API that is another', async () => {
    const other = await listen(() => new Response('{"name":"something"}'))
    const { status, stderr } = await run([fileOf('{}'), '--url', other.url])
    await other.close()
    expect([status, stderr]).toEqual([1, expect.stringContaining('is not Rapporteur')])
  })
})

it('takes the address and the key of a local deployment from its folder', async () => {
  const data = mkdtempSync(join(folder, 'data-'))
  const local = { url: server.url, gateway: server.url, apiKey: key, region: 'local', outputs: {} }
  const operator = { accessKeyId: 'test', secretAccessKey: 'test' }
  writeFileSync(join(data, 'local.json'), JSON.stringify({ ...local, credentials: { operator } }))
  const { status, stdout } = await run(
    [fileOf({ method: 'PUT', path: '/actors/from-data', body: person }), '--data', data],
    {},
  )
  expect([status, totals(stdout)]).toEqual([0, [1, 0, 0]])
})
