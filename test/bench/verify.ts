import { createHash } from 'node:crypto'
import { parseBundle } from '#events/log/bundle.ts'
import { verifyLog } from '../../cli/verify/verify-log.ts'
import { type Files, fixtures, logKey, logOf, sourceOf } from '../cli/verify/made-log.ts'
import { exactly, ms, type Part } from './figure.ts'
import { sideBySide } from './paired.ts'
import type { Size } from './size.ts'

/** Rounds of what takes seconds. */
const rounds = 7

/** A whole log verified, beside each of its entries and payloads read and hashed once. */
export async function verify(size: Size): Promise<Part> {
  const log = logOf(fixtures(size.replayed))
  const source = sourceOf(log)
  const asked = { keys: [logKey], witnesses: [], quorum: 0 }
  const timed = await sideBySide(
    {
      hash: async () => hashOnce(log),
      verify: async () => {
        const { findings } = await verifyLog(source, asked)
        if (findings.count > 0) throw new Error(`The log of the bench is wrong: ${findings.kept[0]?.what}`)
      },
    },
    { rounds: Math.min(rounds, size.rounds), warmUp: 1 },
  )
  const seconds = timed.of('verify').median / 1_000
  return {
    name: 'verify',
    title: 'Verifying the log',
    how: `${size.replayed.toLocaleString('en-GB')} entries with their payloads, in memory: signature, entries, tiles, streams and payloads, beside every entry and payload parsed as JSON and hashed once by node’s own SHA-256.`,
    figures: [
      { what: 'parsing and hashing once', value: ms(timed.of('hash')) },
      {
        what: 'verifying',
        value: ms(timed.of('verify')),
        ratio: timed.ratio('verify', 'hash'),
        beside: 'parsing and hashing once',
        budget: { name: 'verify: the whole log', atMost: 3 },
      },
      { what: 'entries verified a second', value: exactly(Math.round(size.replayed / seconds), 'entries') },
    ],
  }
}

function hashOnce(log: Files): void {
  for (const [path, bytes] of log) {
    if (path.startsWith('tile/entries/')) {
      for (const entry of parseBundle(bytes)) {
        JSON.parse(Buffer.from(entry).toString())
        createHash('sha256').update('\0').update(entry).digest()
      }
    }
    if (!path.startsWith('payloads/')) continue
    for (const line of Buffer.from(bytes).toString().trimEnd().split('\n')) {
      JSON.parse(line)
      createHash('sha256').update(line).digest()
    }
  }
}
