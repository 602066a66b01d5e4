import type { Bounds } from '#events/edtf.ts'
import { daysBetween } from '#events/holds.ts'
import { byWord, keyOfWord } from '../actors/rows.ts'
import type { Item } from '../row.ts'
import type { Views } from '../views.ts'
import type { Question, Word } from './reasons.ts'
import { calledBy, calledKey } from './rows.ts'

/** How many rows are looked at for one word, and for one run of words. */
const maxRows = 500

/** How many actors are looked at more closely, and how many statements of each. */
const maxActors = 100
const maxStatements = 5

/** What rows say of a mention. `complete` is false where there were more than were looked at. */
interface Found<Value> {
  readonly found: Value
  readonly complete: boolean
}

/** Ids of actors that have a word of the mention in a name or a role, those with the most first; and which words are names. */
export async function actorsCalled(
  views: Views,
  generation: number,
  words: readonly Word[],
): Promise<Found<readonly string[]> & { readonly names: ReadonlySet<string> }> {
  const pages = await Promise.all(
    words.map(({ sound }) => {
      const from = `${keyOfWord(sound)}#`
      const range = { partition: byWord(sound), from, to: `${from}~`, ascending: true }
      return views.rows({ generation, ...range, count: maxRows + 1, look: 4 * maxRows })
    }),
  )
  const hits = new Map<string, number>()
  const names = new Set<string>()
  for (const [index, { rows }] of pages.entries()) {
    for (const { actorId, of } of rows.slice(0, maxRows)) {
      hits.set(actorId?.S ?? '', (hits.get(actorId?.S ?? '') ?? 0) + 1)
      if (of?.L?.some(({ S }) => S === 'name')) names.add(words[index]?.sound ?? '')
    }
  }
  const ids = [...hits].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([id]) => id)
  const complete = ids.length <= maxActors && pages.every(isWhole)
  return { found: ids.slice(0, maxActors), complete, names }
}

/** Ids of statements whose speakers held a role or were called so, by speaker: of each a few, the nearest to `on` first. */
export async function statementsCalling(
  views: Views,
  generation: number,
  { words, on, within }: Question,
  names: ReadonlySet<string>,
): Promise<Found<ReadonlyMap<string, readonly Item[]>>> {
  const pages = await Promise.all(
    runsOf(words, names).map((run) => {
      const from = calledKey(run)
      const range = { partition: calledBy(run[0] ?? ''), from, to: `${from}~`, ascending: true }
      return views.rows({ generation, ...range, count: maxRows + 1, look: 4 * maxRows })
    }),
  )
  const rows = new Map(
    pages.flatMap(({ rows }) => rows.slice(0, maxRows)).map((row) => [`${row.statementId?.S} ${row.of?.S}`, row]),
  )
  const standing = [...rows.values()].filter(
    ({ organization, onBehalfOf }) =>
      within === undefined || within.has(organization?.S ?? '') || within.has(onBehalfOf?.S ?? ''),
  )
  const ranked = standing
    .map((row) => ({ row, covers: coversOf(row, words), days: on ? daysBetween(boundsOf(row), on) : 0 }))
    .filter(({ covers }) => covers > 0)
    .sort((a, b) => b.covers - a.covers || near(a, b) || ((a.row.sk?.S ?? '') < (b.row.sk?.S ?? '') ? -1 : 1))
  const speakers = Map.groupBy(ranked, ({ row }) => row.speaker?.S ?? '')
  return {
    found: new Map(
      [...speakers].slice(0, maxActors).map(([id, its]) => [id, its.slice(0, maxStatements).map(({ row }) => row)]),
    ),
    complete: speakers.size <= maxActors && pages.every(isWhole),
  }
}

/**
 * What a role or a mention may begin with: the mention from each of its words on, to its end, and to the next word that
 * is somebody's name: `deputy minister` of `Deputy Minister Mira Kovan`.
 */
function runsOf(words: readonly Word[], names: ReadonlySet<string>): string[][] {
  const sounds = words.map(({ sound }) => sound)
  const runs = sounds.flatMap((_, at) => {
    const named = sounds.findIndex((sound, index) => index > at && names.has(sound))
    return named < 0 ? [sounds.slice(at)] : [sounds.slice(at), sounds.slice(at, named)]
  })
  return [...new Map(runs.map((run) => [run.join(' '), run])).values()]
}

function coversOf({ sk }: Item, words: readonly Word[]): number {
  const called = new Set(sk?.S?.split('#')[0]?.split('.'))
  return words.filter(({ sound }) => called.has(keyOfWord(sound))).length
}

const boundsOf = ({ earliest, latest }: Item): Bounds => ({ earliest: earliest?.S ?? null, latest: latest?.S ?? null })

const near = (a: { days: number }, b: { days: number }) => (a.days < b.days ? -1 : Number(a.days > b.days))

const isWhole = ({ rows, next }: { rows: readonly Item[]; next?: string }) =>
  rows.length <= maxRows && next === undefined
