import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { formatVkey } from '#events/log/note.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import {
  changed,
  type Fixture,
  fixtures,
  logKey,
  logOf,
  proofOf,
  replaced,
  textOf,
  witness,
  writeFiles,
} from './made-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapporteur-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))
const inFolder = (name: string) => join(folder, name)

const events = fixtures(300)
const vkey = formatVkey(logKey)
const one = witness('one', 11)
const logs = {
  first: logOf(events.slice(0, 200)),
  second: logOf(events, [{ ...one, time: 1_928_000_000 }]),
  forked: logOf(events.with(7, { ...events[7], data: { quote: 'What was never said' } } as Fixture)),
  wrong: changed(logOf(events), 'tile/entries/000', replaced('desk-a', 'desk-b')),
}

/** The program as a clone has it, bundled, in a process of its own. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [packageJson.bin['rapporteur-verify'], ...args], {
    encoding: 'utf8',
    env: { ...process.env, RAPPORTEUR_KEY: '' },
  })
  return { status, out: stdout, err: stderr }
}

beforeAll(() => {
  for (const [name, files] of Object.entries(logs)) writeFiles(files, inFolder(name))
})

it('says in a sentence that all is verified, and what its trust in the key rests on', () => {
  const { status, out, err } = run(inFolder('first'))
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toBe(
    `Verified: all 200 entries of ${logKey.name}, signed by ${logKey.name}+${logKey.keyId}. Its key was taken from the log itself: keep it with --state, or pin it with --key. ${vkey}\n`,
  )
})

it('checks a mirror without payloads where it is asked to, and says what was left out', () => {
  const bare = new Map([...logs.first].filter(([path]) => !path.startsWith('payloads/')))
  writeFiles(bare, inFolder('bare'))
  expect(run(inFolder('bare'), '--key', vkey)).toMatchObject({
    status: 1,
    out: expect.stringContaining('Position 0 (statement-s-0/1): its payload is missing'),
  })
  expect(run(inFolder('bare'), '--key', vkey, '--entries')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Verified: all 200 entries .* What they say was not looked at\.\n$/),
  })
  expect(run(inFolder('wrong'), '--key', vkey, '--entries').status).toBe(1)
  expect(run(inFolder('bare'), '--entries', '--state', inFolder('none')).status).toBe(2)
})

it('says what is wrong and where, and exits with 1', () =>
  expect(run(inFolder('wrong'), '--key', vkey)).toEqual({
    status: 1,
    out: 'Wrong: Position 0 (statement-s-0/1): its entry is not the one whose leaf hash is in tile/0/000.\n',
    err: '',
  }))

it('keeps what it verified, checks from there on, and keeps the evidence of a fork', () => {
  const state = inFolder('kept')
  expect(run(inFolder('first'), '--state', state).out).toContain('from now on it must be that one')
  expect(readFileSync(state, 'utf8')).toBe(`${textOf(logs.first.get('checkpoint'))}\nkey ${vkey}\n`)

  const next = run(inFolder('second'), '--state', state)
  expect(next.out).toBe(
    `Verified: 100 new entries of ${logKey.name} after the 200 entries that were verified before, signed by ${logKey.name}+${logKey.keyId}.\n`,
  )
  const kept = readFileSync(state, 'utf8')
  expect(kept).toBe(`${textOf(logs.second.get('checkpoint'))}\nkey ${vkey}\n`)
  expect(run(inFolder('second'), '--state', state).out).toContain('after the 300 entries that were verified before')

  const forked = run(inFolder('forked'), '--state', state)
  expect(forked.status).toBe(1)
  expect(forked.out).toMatch(
    /^Wrong: The log has forked: the 300 entries that are signed now do not begin with the 300/,
  )
  expect(run(inFolder('first'), '--state', state).out).toMatch(/^Wrong: The log has 200 entries, and had 300 when/)
  expect(readFileSync(state, 'utf8')).toBe(kept)
  const evidence = readdirSync(folder).filter((name) => name.startsWith('kept.fork-'))
  expect(evidence.map((name) => name.split('-')[1]).sort()).toEqual(['200', '300'])
  for (const name of evidence) {
    const other = name.includes('-200-') ? logs.first : logs.forked
    expect(readFileSync(inFolder(name), 'utf8')).toBe(
      `${textOf(logs.second.get('checkpoint'))}\n${textOf(other.get('checkpoint'))}`,
    )
    expect(forked.out + run(inFolder('first'), '--state', state).out).toContain(inFolder(name))
  }
})

it('keeps nothing of a log that is wrong', () => {
  expect(run(inFolder('wrong'), '--state', inFolder('never')).status).toBe(1)
  expect(existsSync(inFolder('never'))).toBe(false)
})

it('does not go by a file that no earlier run has kept', () => {
  writeFileSync(inFolder('scrawl'), 'whatever\n')
  const { status, err } = run(inFolder('first'), '--state', inFolder('scrawl'))
  expect(status).toBe(2)
  expect(err).toContain('scrawl cannot be used: It is no kept checkpoint')
})

it('says in a line that a log has no keys that can be read', () => {
  writeFiles(new Map(logs.first).set('log/key', Uint8Array.of(255)), inFolder('keyless'))
  const { status, err } = run(inFolder('keyless'))
  expect(status).toBe(2)
  expect(err).toMatch(/^Not checked: .*keyless has no keys at log\/key: .*\n$/)
})

it('requires witnesses, and says what time they vouch for', () => {
  const asked = ['--key', vkey, '--witness', formatVkey(one.key)]
  expect(run(inFolder('second'), ...asked).out).toContain('1 witness has seen it, by 2031-02-04T19:33:20Z.')
  const { status, out } = run(inFolder('first'), ...asked)
  expect({ status, out }).toEqual({ status: 1, out: 'Wrong: 0 of the 1 witnesses have signed it, and 1 must have.\n' })
})

it('tells a program the same', () => {
  const { out } = run(inFolder('wrong'), '--json')
  expect(JSON.parse(out)).toMatchObject({
    verified: false,
    origin: logKey.name,
    size: 300,
    wrong: 1,
    trust: 'first-use',
    findings: [{ kind: 'entry', position: 0 }],
  })
})

it('checks a proof without a network, by a key that is given or was kept', () => {
  const proof = inFolder('proof.json')
  writeFileSync(proof, JSON.stringify(proofOf(logs.second, events, 'statement-s-3')))
  const { out, status } = run('--proof', proof, '--key', vkey)
  expect(out).toBe(
    `Verified: 43 events of statement-s-3 (versions 1 to 43) in the log ${logKey.name} of 300 entries, signed by ${logKey.name}+${logKey.keyId}.\n`,
  )
  expect(status).toBe(0)
  run(inFolder('second'), '--state', inFolder('for-proofs'))
  expect(run('--proof', proof, '--state', inFolder('for-proofs')).status).toBe(0)
  const alone = run('--proof', proof)
  expect(alone.status).toBe(2)
  expect(alone.err).toContain('by a key that it brings itself, which proves nothing')

  const { proof: bare, entry } = proofOf(logs.second, events, 'statement-s-3').events[0] ?? { proof: '', entry: '' }
  writeFileSync(inFolder('one.tlog-proof'), bare)
  writeFileSync(inFolder('entry'), entry)
  const asked = ['--proof', inFolder('one.tlog-proof'), '--key', vkey]
  expect(run(...asked, '--entry', inFolder('entry')).out).toContain('1 event of statement-s-3 (version 1)')
  expect(run(...asked).err).toContain('give it with --entry')
  expect(run(...asked, '--entry', proof).status).toBe(1)
})

it.each([
  [[], 'Give a log, or --proof and a file.'],
  [['nowhere'], 'nowhere is neither a folder nor a URL'],
  [['.', '.'], 'Give a log, or --proof and a file.'],
  [['.'], 'has no log/key: no log has begun there'],
  [['.', '--key', 'a'], '--key: "a" is no verifier key'],
  [['.', '--key', formatVkey(one.key)], 'is the key of a witness, and not of a log'],
  [['.', '--witness', vkey], 'is the key of a log, and not of a witness'],
  [['.', '--quorum', '1'], '--quorum is how many of the 0 witnesses'],
  [['.', '--entry', 'a'], '--entry goes with --proof'],
  [['.', '--colour'], "Unknown option '--colour'"],
  [['--proof', 'nowhere.json', '--key', vkey], 'nowhere.json cannot be read'],
])('could not check by %j, says why, and exits with 2', (args, why) => {
  const { status, out, err } = run(...args)
  expect({ status, out }).toEqual({ status: 2, out: '' })
  expect(err).toContain(why)
})
