import type { Answer } from './sender.ts'

/** A line that is not on record, and why. */
export interface Refused {
  readonly line: number
  readonly status: number
  readonly code: string
  readonly why: string
}

/** What has become of the lines so far. Plain JSON. */
export interface Tally {
  added: number
  there: number
  refused: number
  /** The first of the refused. */
  refusals: Refused[]
}

/** More are counted, and not named: whoever has so many looks at the first. */
const maxNamed = 1_000

export const emptyTally = (): Tally => ({ added: 0, there: 0, refused: 0, refusals: [] })
export const settledIn = ({ added, there, refused }: Tally) => added + there + refused

/** Adds what one line was answered. */
export function count(tally: Tally, line: number, { status, problem }: Answer): void {
  if (status === 201) tally.added++
  else if (status === 200) tally.there++
  else {
    const code = problem?.type?.replace('/problems/', '') ?? ''
    countRefused(tally, { line, status, code, why: problem?.detail ?? problem?.title ?? '' })
  }
}

export function countRefused(tally: Tally, refused: Refused): void {
  tally.refused++
  if (tally.refusals.length < maxNamed) tally.refusals.push(refused)
}

/** The end of it, for people. */
export function table({ added, there, refused, refusals }: Tally): string {
  const numbers = [added, there, refused].map(thousands)
  const width = Math.max(...numbers.map(({ length }) => length))
  const totals = ['added', 'already there', 'refused'].map(
    (word, index) => `${word.padEnd(13)}  ${numbers[index]?.padStart(width)}`,
  )
  if (refused === 0) return totals.join('\n')
  const rows = [
    ['line', 'status', 'problem', 'why'],
    ...refusals
      .toSorted((a, b) => a.line - b.line)
      .map(({ line, status, code, why }) => [String(line), String(status), code, shown(why)]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const named = rows.map(([line = '', status = '', code = '', why]) =>
    [line.padStart(widths[0] ?? 0), status.padEnd(widths[1] ?? 0), code.padEnd(widths[2] ?? 0), why]
      .join('  ')
      .trimEnd(),
  )
  const more = refused - refusals.length
  return [...totals, '', ...named, ...(more > 0 ? [`and ${thousands(more)} more`] : [])].join('\n')
}

export const thousands = (value: number) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

/** In one line, and without what a terminal would take for a command. */
const shown = (text: string) => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, 500)
