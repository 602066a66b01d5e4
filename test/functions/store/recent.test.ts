import { expect, it } from 'vitest'
import { Recent } from '#functions/store/recent.ts'

const bytes = (count: number) => new Uint8Array(count)

it('keeps what there is room for, and of that what was asked for last', () => {
  const recent = new Recent(100)
  recent.set('a', bytes(40))
  recent.set('b', bytes(40))
  expect(recent.get('a')).toHaveLength(40)
  recent.set('c', bytes(40))
  expect(['a', 'b', 'c'].map((name) => recent.get(name)?.length)).toEqual([40, undefined, 40])
})

it('counts what is replaced once, and keeps nothing that is larger than all its room', () => {
  const recent = new Recent(100)
  for (const size of [10, 60, 90]) recent.set('a', bytes(size))
  recent.set('b', bytes(10))
  expect(['a', 'b'].map((name) => recent.get(name)?.length)).toEqual([90, 10])
  recent.set('c', bytes(101))
  expect(['a', 'b', 'c'].map((name) => recent.get(name)?.length)).toEqual([undefined, undefined, undefined])
  recent.set('a', bytes(100))
  expect(recent.get('a')).toHaveLength(100)
})
