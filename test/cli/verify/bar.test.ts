import { expect, it } from 'vitest'
import { Bar } from '../../../cli/verify/bar.ts'

function shown(isTTY: boolean) {
  const written: string[] = []
  let now = 0
  const bar = new Bar({ isTTY, columns: 56, write: (text) => written.push(text) }, () => now)
  return { written, bar, wait: (ms: number) => (now += ms) }
}

it('moves on a terminal, no faster than can be seen, and goes at the end', () => {
  const { written, bar, wait } = shown(true)
  wait(1_000)
  bar.show(500, 2_000)
  wait(10)
  bar.show(600, 2_000)
  wait(990)
  bar.show(2_000, 2_000)
  bar.clear()
  expect(written).toEqual([
    '\r\x1b[K[######------------------] 500 of 2,000, 500 a second',
    '\r\x1b[K[########################] 2,000 of 2,000, 1,000 a seco',
    '\r\x1b[K',
  ])
})

it('says nothing where nobody watches', () => {
  const { written, bar, wait } = shown(false)
  wait(1_000)
  bar.show(500, 2_000)
  bar.clear()
  expect(written).toEqual([])
})
