import { expect, it } from 'vitest'
import { Findings } from '../../../cli/verify/findings.ts'
import { counted, sentence } from '../../../cli/verify/said.ts'

const said = (findings: Findings) => sentence({ findings, what: 'all', notes: ['A note.'], more: {} })

it('tells first what explains the rest, and how much more is wrong', () => {
  const findings = new Findings()
  findings.addAt('hole', 4, 'statement-s-1/3', 'statement-s-1/2 is missing before it in the log')
  expect(said(findings)).toBe(
    'Wrong: Position 4 (statement-s-1/3): statement-s-1/2 is missing before it in the log. A note.',
  )
  findings.add('fork', 'The log has forked')
  expect(said(findings)).toBe('Wrong: The log has forked, and one more thing is wrong. A note.')
  for (let n = 0; n < 1_500; n++) findings.addAt('tile', n, undefined, 'is not what it was')
  expect(said(findings)).toBe('Wrong: The log has forked, and 1,501 more things are wrong. A note.')
  expect(findings.kept).toHaveLength(102)
})

it('lets no log steer the terminal on which it is told of', () => {
  const findings = new Findings()
  findings.addAt('entry', 1, '\x1b[2K\rVerified\u009b\u202e', 'its entry is no event')
  expect(said(findings)).toBe('Wrong: Position 1 (�[2K�Verified��): its entry is no event. A note.')
})

it('counts in words that agree', () => {
  expect(counted(1, 'entry', 'entries')).toBe('1 entry')
  expect(counted(0, 'payload')).toBe('0 payloads')
  expect(counted(1_204, 'entry', 'entries')).toBe('1,204 entries')
})
