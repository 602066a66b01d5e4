import { describe, expect, it } from 'vitest'
import type { Json } from '../../../infra/local/intrinsics.ts'
import { compilePattern } from '../../../infra/local/patterns.ts'

const event: Json = {
  source: 'rapporteur',
  'detail-type': 'StatementRecorded',
  detail: {
    position: 7,
    subject: 'statement-s-1',
    topics: ['ties', 'harbour'],
    speaker: { actorId: 'mira-kovan' },
    role: null,
  },
}

describe('an event pattern', () => {
  it.each<[Json, boolean]>([
    [{ source: ['rapporteur'] }, true],
    [{ source: ['somebody', 'rapporteur'] }, true],
    [{ source: ['Rapporteur'] }, false],
    [{ detail: { position: [7] } }, true],
    [{ detail: { position: ['7'] } }, false],
    [{ detail: { role: [null] } }, true],
    [{ detail: { absent: [null] } }, false],
    [{ detail: { topics: ['harbour'] } }, true],
    [{ detail: { topics: ['bridges'] } }, false],
    [{ source: ['rapporteur'], detail: { position: [8] } }, false],
    [{ detail: { speaker: { actorId: [{ prefix: 'mira' }] } } }, true],
    [{ detail: { subject: [{ prefix: 'mission-' }] } }, false],
    [{ detail: { subject: [{ 'anything-but': 'statement-s-1' }] } }, false],
    [{ detail: { subject: [{ 'anything-but': ['a', 'b'] }] } }, true],
    [{ detail: { subject: [{ 'anything-but': { prefix: 'statement-' } }] } }, false],
    [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { subject: [{ exists: true }] } }, true],
    [{ detail: { absent: [{ exists: true }] } }, false],
    [{ detail: { absent: [{ exists: false }] } }, true],
    [{ detail: { subject: [{ exists: false }] } }, false],
    [{ nothing: { below: [{ exists: false }] } }, true],
    [{ detail: { subject: ['x', { prefix: 'statement-' }] } }, true],
    [{ source: { deeper: ['x'] } }, false],
    [{}, true],
  ])('%j matches: %j', (pattern, matches) => {
    expect(compilePattern(pattern, 'test').matches(event)).toBe(matches)
  })

  it.each<[Json, string]>([
    [{ a: [{ suffix: 'x' }] }, 'the matcher suffix'],
    [{ a: [{ numeric: ['>', 1] }] }, 'the matcher numeric'],
    [{ a: [{ 'anything-but': { suffix: 'x' } }] }, 'the matcher anything-but suffix'],
    [{ a: [{ wildcard: '*' }] }, 'the matcher wildcard'],
    [{ $or: [{ a: ['x'] }] }, 'the matcher $or'],
    [{ a: 'x' }, 'the pattern "x"'],
    [{ a: [] }, 'an empty list'],
    [{ a: [{ prefix: 1 }] }, 'prefix 1'],
  ])('%j is refused by name', (pattern, message) => {
    expect(() => compilePattern(pattern, 'Rule')).toThrow(`Rule: ${message}`)
  })
})
