import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bounds } from '#events/edtf.ts'
import { daysBetween, holdsOn, roleHeldOn } from '#events/holds.ts'

const dating = (edtf: string) => ({ edtf })
const on = (edtf: string) => bounds(edtf)

describe('what is dated', () => {
  it.each([
    ['2031-02-12', '2031-02-12', 'certain'],
    ['2031-02-12', '2031-02-13', undefined],
    ['2031-02', '2031-02-12', 'possible'], // some day of February
    ['2031-02', '2031-03-01', undefined],
    ['2031-02-12', '2031-02', 'possible'], // the day asked for may be another of February
    ['2031-01-06/2031-03-01', '2031-02-12', 'certain'],
    ['2031-01-06/2031-03-01', '2031-02', 'certain'],
    ['2031-01-06/2031-03-01', '2031', 'possible'],
    ['2031-01/2031-03', '2031-01-15', 'possible'], // it may begin later in January
    ['2031-01/2031-03', '2031-02-01', 'certain'],
    ['2031-01/2031-03', '2031-03-15', 'possible'],
    ['2031-01-06/..', '2040-01-01', 'certain'], // open: it has no end
    ['2031-01-06/', '2040-01-01', 'possible'], // its end is not known
    ['../2031-01-06', '1990-01-01', 'certain'],
    ['/2031-01-06', '1990-01-01', 'possible'],
    ['../2031-01-06', '2031-01-07', undefined],
    ['[2031-01-06..]', '2031-02-12', 'possible'], // one of the days since
    ['2031-02-12~', '2031-02-12', 'certain'],
  ])('%s, on %s: %s', (edtf, asked, holds) => {
    expect(holdsOn(dating(edtf), on(asked))).toBe(holds)
  })

  it('can be of any day without a date', () => {
    expect(holdsOn(undefined, on('2031-02-12'))).toBe('possible')
    expect(holdsOn({ verbatim: 'lately' }, on('2031-02-12'))).toBe('possible')
  })
})

describe('a role', () => {
  it.each([
    [{ start: '2031-01-06', end: '2031-03-01' }, '2031-02-12', 'certain'],
    [{ start: '2031-01-06', end: '2031-03-01' }, '2031-01-05', undefined],
    [{ start: '2031-01-06', end: '2031-03-01' }, '2031-03-02', undefined],
    [{ start: '2031-01', end: '2031-03-01' }, '2031-01-15', 'possible'],
    [{ start: '2031-01-06' }, '2031-02-12', 'possible'], // nobody says that it did not end
    [{ end: '2031-03-01' }, '2031-02-12', 'possible'],
    [{ end: '2031-03-01' }, '2031-03-02', undefined],
    [{ heldOn: '2031-02-12' }, '2031-02-12', 'certain'],
    [{ heldOn: '2031-02-12' }, '2031-02-13', 'possible'],
    [{ start: '2031-01-06', heldOn: '2031-02-12' }, '2031-02-01', 'certain'], // between a start and a time it was held
    [{ heldOn: '2031-02-12', end: '2031-03-01' }, '2031-02-20', 'certain'],
    [{ heldOn: '2031-02-12', end: '2031-03-01' }, '2031-02-11', 'possible'],
    [{}, '2031-02-12', 'possible'],
  ])('of %j, on %s: %s', (role, asked, holds) => {
    const held = Object.fromEntries(Object.entries(role).map(([name, edtf]) => [name, dating(edtf)]))
    expect(roleHeldOn(held, on(asked))).toBe(holds)
  })
})

it('holds for certain on days that are asked for one by one, if it holds on all of them', () => {
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2031-02-${String(n).padStart(2, '0')}`)
  const span = fc.tuple(day, day).map((days) => days.sort().join('/'))
  fc.assert(
    fc.property(span, fc.oneof(day, span), (held, asked) => {
      const [first = '', last = first] = asked.split('/')
      const each = Array.from({ length: 28 }, (_, n) => `2031-02-${String(n + 1).padStart(2, '0')}`)
        .filter((one) => one >= first && one <= last)
        .map((one) => holdsOn(dating(held), on(one)))
      const certain = each.every((holds) => holds === 'certain')
      const none = each.every((holds) => holds === undefined)
      expect(holdsOn(dating(held), on(asked))).toBe(certain ? 'certain' : none ? undefined : 'possible')
    }),
  )
})

it.each([
  ['2031-02-10', '2031-02-12', 2],
  ['2031-02-14', '2031-02-12', 2],
  ['2031-02', '2031-02-12', 0],
  ['2030', '2031-01-02', 2],
])('knows how many days lie between %s and %s', (edtf, asked, days) => {
  expect(daysBetween(on(edtf), on(asked))).toBe(days)
})
