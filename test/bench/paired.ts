import { ratioOf, type Spread, spreadOf } from './spread.ts'

/** Something to be timed. Where it answers a number, that is how long it took, because not all of it counts; milliseconds. */
export type Act = (round: number) => Promise<unknown>

export interface Timed<Name extends string> {
  /** Milliseconds of each round. */
  readonly ms: Readonly<Record<Name, readonly number[]>>
  of(name: Name): Spread
  /** One to another, round by round. */
  ratio(name: Name, floor: Name): Spread
}

/**
 * Times acts side by side: in each round every one of them once, beginning with another one each time, after rounds that
 * are not counted.
 */
export async function sideBySide<Name extends string>(
  acts: Readonly<Record<Name, Act>>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Timed<Name>> {
  const names = Object.keys(acts) as Name[]
  const ms = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Name
      const from = performance.now()
      const own = await acts[name](round)
      const took = typeof own === 'number' ? own : performance.now() - from
      if (round >= warmUp) ms[name].push(took)
    }
  }
  return { ms, of: (name) => spreadOf(ms[name]), ratio: (name, floor) => ratioOf(ms[name], ms[floor]) }
}

/** How long it took, in milliseconds. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await act()
  return performance.now() - from
}
