import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Difference } from '#functions/project/difference.ts'
import type { Row } from '#functions/projections/row.ts'

const row = (pk: string, value: number): Row => ({ pk, sk: '2031-02-14', value })
const difference = (before: Row[], ...states: Row[][]) => {
  const found = new Difference(before)
  for (const rows of states) found.see(rows)
  return found.changes()
}

describe('the difference', () => {
  it('is nothing where nothing changed', () => {
    expect(difference([row('a', 1)], [row('a', 1)])).toEqual({ puts: [], gone: [] })
    expect(difference([row('a', 1)])).toEqual({ puts: [], gone: [] })
  })

  it('has new and changed rows to put', () => {
    expect(difference([row('a', 1), row('b', 1)], [row('a', 2), row('b', 1), row('c', 1)])).toEqual({
      puts: [row('a', 2), row('c', 1)],
      gone: [],
    })
  })

  it('has the keys of rows that are no more', () => {
    expect(difference([row('a', 1), row('b', 1)], [row('b', 1)])).toEqual({
      puts: [],
      gone: [{ pk: 'a', sk: '2031-02-14' }],
    })
  })

  it('writes also what came and went, or changed and changed back: another run may have written what was in between', () => {
    expect(difference([row('a', 1)], [row('a', 2), row('b', 1)], [row('a', 1)])).toEqual({
      puts: [row('a', 1)],
      gone: [{ pk: 'b', sk: '2031-02-14' }],
    })
    expect(difference([row('a', 1)], [], [row('a', 1)])).toEqual({ puts: [row('a', 1)], gone: [] })
  })

  it('tells lists in a row apart by what they hold', () => {
    const topics = (...topics: string[]): Row => ({ pk: 'a', sk: 'b', topics })
    expect(difference([topics('x', 'y')], [topics('x', 'y')]).puts).toEqual([])
    expect(difference([topics('x', 'y')], [topics('y', 'x')]).puts).toHaveLength(1)
  })

  it('refuses two rows of one key', () => {
    expect(() => difference([], [row('a', 1), row('a', 2)])).toThrow('same key')
  })
})

/** What a row's item holds: its value, or that it is gone, and since which position. */
type Table = Map<string, { value: number | 'gone'; position: number }>

/** Puts a batch's changes as the table takes them: only over what is of a lower position. `skip` fails some writes. */
function write(table: Table, states: Row[][], from: number, to: number, skip: (pk: string) => boolean) {
  const found = new Difference(states[from] as Row[])
  for (const rows of states.slice(from + 1, to + 1)) found.see(rows)
  const { puts, gone } = found.changes()
  const all = [
    ...puts.map(({ pk, value }) => ({ pk, value: value as number })),
    ...gone.map(({ pk }) => ({ pk, value: 'gone' as const })),
  ]
  for (const { pk, value } of all) {
    const old = table.get(pk)
    if (!skip(pk) && (!old || old.position < to)) table.set(pk, { value, position: to })
  }
}

const shown = (table: Table) =>
  Object.fromEntries([...table].filter(([, { value }]) => value !== 'gone').map(([pk, { value }]) => [pk, value]))

/** Rows of the state after each position; each key has one of two values or no row. */
const histories = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 2)), {
  minLength: 1,
  maxLength: 8,
})

it('gives the rows of the last state, whatever runs with other batches have begun and not ended', () => {
  const run = fc.record({ to: fc.nat(), failing: fc.subarray(['a', 'b', 'c']), ends: fc.boolean() })
  fc.assert(
    fc.property(histories, fc.array(run, { maxLength: 12 }), (history, runs) => {
      const states = [[], ...history.map((rows) => Object.entries(rows).map(([pk, value]) => row(pk, value)))]
      const table: Table = new Map()
      let kept = 0 // the state row, written only when all rows are
      for (const { to, failing, ends } of runs) {
        const target = kept + 1 + (to % Math.max(1, states.length - 1 - kept))
        if (target >= states.length) continue
        write(table, states, kept, target, (pk) => !ends && failing.includes(pk))
        if (ends) kept = target
      }
      if (kept < states.length - 1) write(table, states, kept, states.length - 1, () => false)
      expect(shown(table)).toEqual(history.at(-1))
    }),
    { numRuns: 2_000 },
  )
})
