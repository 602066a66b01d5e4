import { describe, expect, it } from 'vitest'
import { type Fault, Faults } from '../../../infra/local/faults.ts'

const ways: Fault[] = ['throttled', 'conflict', 'lost']
const run = (faults: Faults, kind: string, count = 300) =>
  Array.from({ length: count }, (_, index) => faults.next(kind, `body ${index}`, ways))

describe('faults of one seed', () => {
  it('are the same again, whatever happens beside them', () => {
    const alone = run(new Faults('7'), 'seal\nPutItem\nlog')
    const beside = new Faults('7')
    const mixed = Array.from({ length: 300 }, (_, index) => {
      beside.next('api\nQuery\nevents', `query ${index}`, ways)
      return beside.next('seal\nPutItem\nlog', `body ${index}`, ways)
    })
    expect(mixed).toEqual(alone)
    expect(run(new Faults('8'), 'seal\nPutItem\nlog')).not.toEqual(alone)
  })

  it('come in every way, and leave most calls alone', () => {
    const seen = run(new Faults('7'), 'seal\nPutItem\nlog')
    expect(new Set(seen)).toEqual(new Set([undefined, ...ways]))
    expect(seen.filter(Boolean).length).toBeLessThan(90)
  })

  it('never hit one call twice in a row, nor two calls of a kind', () => {
    const faults = new Faults('7')
    let failed = 0
    for (let index = 0; index < 300; index++) {
      if (!faults.next('api\nPutItem\nevents', `body ${index}`, ways)) continue
      failed += 1
      expect(faults.next('api\nPutItem\nevents', `body ${index}`, ways)).toBeUndefined()
    }
    expect(failed).toBeGreaterThan(10)
    for (let index = 0; index < 300; index++) {
      // between a call and its next try, others of its kind are made
      if (!faults.next('api\nQuery\nevents', `body ${index}`, ways)) continue
      for (const other of ['x', 'y', 'z']) faults.next('api\nQuery\nevents', `${other} ${index}`, ways)
      expect(faults.next('api\nQuery\nevents', `body ${index}`, ways)).toBeUndefined()
    }
  })

  it('have the bus repeat and reorder, and lose nothing', () => {
    const events = Array.from({ length: 10 }, (_, index) => index)
    const delivered = Array.from({ length: 20 }, (_, call) => new Faults('7').disturb(events, `call ${call}`))
    for (const one of delivered) expect(new Set(one)).toEqual(new Set(events))
    expect(delivered.some((one) => one.length > events.length)).toBe(true)
    expect(delivered.some((one) => String([...one].sort()) !== String(one))).toBe(true)
    expect(new Faults('7').disturb(events, 'call 0')).toEqual(delivered[0])
  })
})
