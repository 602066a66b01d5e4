import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { each } from '#functions/runtime/each.ts'

describe('work on many', () => {
  it('is done for each, a few at a time', async () => {
    const done: number[] = []
    let now = 0
    let most = 0
    await each([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++now)
      await delay(5)
      now--
      done.push(item)
    })
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
  })

  it('ends after a failure only when all that was begun has ended, and begins nothing more', async () => {
    const ended: number[] = []
    const work = async (item: number) => {
      if (item === 1) throw new Error('first')
      await delay(20)
      ended.push(item)
    }
    await expect(each([1, 2, 3, 4], 2, work)).rejects.toThrow('first')
    expect(ended).toEqual([2])
  })

  it('is nothing for nobody', () => expect(each([], 3, () => Promise.reject())).resolves.toBeUndefined())
})
