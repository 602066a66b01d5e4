import { describe, expect, it } from 'vitest'
import { ed25519PublicKey } from '#crypto'
import { entryOf } from '#events/log/entry.ts'
import { verifierKey } from '#events/log/note.ts'
import type { Signers } from '../../../cli/verify/head.ts'
import {
  isStatementFile,
  keysInFile,
  verifyEntryProof,
  verifyStatementProof,
} from '../../../cli/verify/verify-proof.ts'
import { eventOf, type Fixture, fixtures, logKey, logOf, proofOf, seedOf, witness } from './made-log.ts'

const byKey: Signers = { keys: [logKey], witnesses: [], quorum: 0 }
const subject = 'statement-s-2'
const court: Fixture = {
  subject,
  version: 3,
  name: 'PayloadWithheld',
  data: { version: 1, ground: 'Order of the Ostmark court' },
}
const events: Fixture[] = [...fixtures(14), court, ...fixtures(300).slice(0, 1)]
const log = logOf(events)
const whole = proofOf(log, events, subject)

type ProofFile = typeof whole
const found = (file: unknown, signers = byKey) =>
  verifyStatementProof(JSON.stringify(file), signers).findings.kept.map(({ kind, what }) => `${kind}: ${what}`)
/** The file with one event of it otherwise. */
const withEvent = (index: number, change: (event: ProofFile['events'][number]) => object): ProofFile => ({
  ...whole,
  events: whole.events.map((event, at) => (at === index ? (change(event) as typeof event) : event)),
})

describe('a statement’s proof file', () => {
  it('proves every event of the statement, with what it says', () => {
    const proved = verifyStatementProof(JSON.stringify(whole), byKey)
    expect(proved.findings.kept).toEqual([])
    expect(proved).toMatchObject({ count: 3, withheld: 0, stream: { subject, from: 1, to: 3 } })
    expect(proved.head?.checkpoint.size).toBe(events.length)
  })

  it('proves that a payload is withheld, and by what', () => {
    const withheld = events.with(2, { ...events[2], withheld: 14 } as Fixture)
    const proved = verifyStatementProof(JSON.stringify(proofOf(logOf(withheld), withheld, subject)), byKey)
    expect(proved.findings.kept).toEqual([])
    expect(proved.withheld).toBe(1)
  })

  it('may be a later part of a long one', () => {
    const proved = verifyStatementProof(JSON.stringify({ ...whole, events: whole.events.slice(1) }), byKey)
    expect(proved.findings.kept).toEqual([])
    expect(proved.stream).toEqual({ subject, from: 2, to: 3 })
  })

  const second = whole.events[1] as ProofFile['events'][number]
  it.each<[string, unknown, (string | RegExp)[]]>([
    [
      'another entry',
      withEvent(0, (event) => ({ ...event, entry: event.entry.replace('desk-a', 'desk-b') })),
      [/^proof: Position 2 \(statement-s-2\/1\): its entry, with leaf hash \S+, is not proved/, /another envelope/],
    ],
    [
      'another payload',
      withEvent(0, (event) => ({ ...event, event: { ...event.event, data: { quote: 'never said' } } })),
      ['payload: Position 2 (statement-s-2/1): its payload is not the one whose hash is in its entry'],
    ],
    [
      'another envelope beside the entry',
      withEvent(0, (event) => ({ ...event, event: { ...event.event, time: '2031-02-14T00:00:00.000Z' } })),
      [/^envelope: Position 2 .*another envelope/],
    ],
    [
      'a payload withheld by nothing in it',
      withEvent(0, (event) => ({ ...event, event: { ...event.event, data: undefined, withheld: 15 } })),
      [/^withheld: Position 2 .*position 15, which is to withhold it, is not in the file/],
    ],
    [
      'a proof of another position',
      withEvent(0, (event) => ({ ...event, proof: second.proof })),
      ['proof: Position 2 (statement-s-2/1): its proof is of position 9'],
    ],
    [
      'a position that is not that of the proof',
      withEvent(0, (event) => ({ ...event, position: 3 })),
      ['proof: Position 3 (statement-s-2/1): its proof is of position 2'],
    ],
    [
      'a hash too few',
      withEvent(0, (event) => ({ ...event, proof: event.proof.replace(/\n[^\n]+\n\n/, '\n\n') })),
      [/^proof: Position 2 .*is not proved to be in the tree that is signed$/],
    ],
    [
      'a proof that is none',
      withEvent(0, (event) => ({ ...event, proof: '' })),
      [/^proof: Position 2 .*A proof begins with/],
    ],
    [
      'an event left out',
      { ...whole, events: whole.events.toSpliced(1, 1) },
      [/^hole: Position 14 .*statement-s-2\/2 is missing/],
    ],
    ['an event that is not whole', withEvent(0, () => ({ position: 2 })), [/^proof: Event 1 of the file is not whole/]],
    [
      'an entry that is no event',
      withEvent(0, (event) => ({ ...event, entry: '{}' })),
      [/^entry: Position 2: its entry is no event/],
    ],
    [
      'the name of another statement',
      { ...whole, statementId: 's-3' },
      ['proof: The file is said to be of s-3, and its events are of statement-s-2'],
    ],
    [
      'the name of another log',
      { ...whole, origin: 'ostmark.example/log' },
      [`proof: The file is said to be of the log ostmark.example/log, and its checkpoint is of ${logKey.name}`],
    ],
    [
      'events of two statements',
      { ...whole, statementId: undefined, events: [...whole.events, ...proofOf(log, events, 'statement-s-3').events] },
      ['proof: The file mixes the events of statement-s-2 and statement-s-3'],
    ],
    ['no checkpoint', { ...whole, checkpoint: undefined }, ['checkpoint: The file has no checkpoint']],
    [
      'a proof under another checkpoint',
      withEvent(0, (event) => ({ ...event, proof: event.proof.replace(/\n\n[^\n]+/, '\n\nostmark.example/log') })),
      [/^proof: Position 2 .*its proof is of another checkpoint/],
    ],
  ])('with %s is refused', (_, file, wrong) => {
    const told = found(file)
    expect(told).toHaveLength(wrong.length)
    for (const [index, one] of wrong.entries()) {
      if (typeof one === 'string') expect(told[index]).toBe(one)
      else expect(told[index]).toMatch(one)
    }
  })

  it('is refused under a key that has not signed it, whatever key it brings', () => {
    const stranger = verifierKey(logKey.name, ed25519PublicKey(seedOf(5)))
    expect(keysInFile(JSON.stringify(whole))).toHaveLength(1)
    expect(found(whole, { ...byKey, keys: [stranger] })).toEqual([
      `signature: The checkpoint of ${logKey.name} is not signed by ${stranger.name}+${stranger.keyId}`,
    ])
  })

  it('is refused without the witnesses that must have signed', () => {
    const one = witness('one', 11)
    const seen = proofOf(logOf(events, [{ ...one, time: 1_928_000_000 }]), events, subject)
    const signers = { ...byKey, witnesses: [one.key], quorum: 1 }
    expect(found(whole, signers)).toEqual(['witness: 0 of the 1 witnesses have signed it, and 1 must have'])
    expect(found(seen, signers)).toEqual([])
  })

  it.each(['', '[]', '{}', '{"events":[]}', 'c2sp.org/tlog-proof@v1'])('is not %j', (text) =>
    expect(() => verifyStatementProof(text, byKey)).toThrow('It is no file of a proof'),
  )
})

describe('a tlog-proof', () => {
  const { proof, entry } = whole.events[1] as ProofFile['events'][number]
  const bytes = new TextEncoder().encode(entry)

  it('proves the entry that it is given with', () => {
    expect(isStatementFile(proof)).toBe(false)
    const proved = verifyEntryProof(proof, bytes, byKey)
    expect(proved.findings.kept).toEqual([])
    expect(proved.stream).toEqual({ subject, from: 2, to: 2 })
  })

  it('does not prove another one', () => {
    const other = entryOf(eventOf(events[3] as Fixture))
    expect(verifyEntryProof(proof, other, byKey).findings.kept.map(({ kind, position }) => [kind, position])).toEqual([
      ['proof', 9],
    ])
  })

  it('is not any text', () => expect(() => verifyEntryProof('{', bytes, byKey)).toThrow('It is no file of a proof'))
})
