import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SealedEvent } from '#events/envelope.ts'
import { StoredCheckpoint } from '#functions/store/checkpoint.ts'
import { begin, OutOfTime, pull, type SealedLog } from '#functions/store/pull.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let tables: Tables
let write: ReturnType<typeof recorder>
let checkpoint: StoredCheckpoint

beforeEach(async () => {
  tables = await createTables(engine.client())
  write = recorder(engine.client(), tables)
  checkpoint = new StoredCheckpoint({
    client: engine.client(),
    table: tables.log,
    key: { pk: 'consumer#test', sk: '0' },
  })
})

const someEvent = { type: 'ActorRegistered', data: { actorId: 'mira-kovan' } }
/** Seals this many events, one chunk each. */
async function seal(count: number) {
  for (let n = 0; n < count; n++) await write.sealed('actor-mira-kovan', someEvent)
}
const positions = (events: readonly SealedEvent[]) => events.map(({ position }) => position)

/** A consumer that only remembers what it was given. */
function consumer() {
  const seen: number[][] = []
  return { seen, apply: async (events: readonly SealedEvent[]) => void seen.push(positions(events)) }
}

it('brings a consumer from its checkpoint to the head, in order', async () => {
  await seal(5)
  await checkpoint.move(0, 2)
  const { seen, apply } = consumer()
  expect(await pull({ log: write.log, checkpoint, apply })).toBe(5)
  expect(seen.flat()).toEqual([2, 3, 4])
  expect(await checkpoint.read()).toBe(5)
})

it('does nothing at the head, and nothing with an empty log', async () => {
  const { seen, apply } = consumer()
  expect(await pull({ log: write.log, checkpoint, apply })).toBe(0)
  await seal(1)
  await pull({ log: write.log, checkpoint, apply })
  await pull({ log: write.log, checkpoint, apply })
  expect(seen).toEqual([[0]])
})

it('moves the checkpoint after each cut, and only after its effect', async () => {
  await seal(5)
  const at: number[] = []
  const cut = (events: readonly SealedEvent[]) => events.map((event) => [event])
  await pull({ log: write.log, checkpoint, cut, apply: async () => void at.push(await checkpoint.read()) })
  expect(at).toEqual([0, 1, 2, 3, 4])
})

it('leaves the checkpoint before what had no effect', async () => {
  await seal(3)
  const cut = (events: readonly SealedEvent[]) => events.map((event) => [event])
  const apply = async ([event]: readonly SealedEvent[]) => {
    if (event?.position === 2) throw new Error('No effect')
  }
  await expect(pull({ log: write.log, checkpoint, cut, apply })).rejects.toThrow('No effect')
  expect(await checkpoint.read()).toBe(2)
})

it('goes on from where another invocation has moved the checkpoint, up to the head', async () => {
  await seal(6)
  const { seen, apply } = consumer()
  const cut = (events: readonly SealedEvent[]) => events.map((event) => [event])
  const overtaken = async (events: readonly SealedEvent[]) => {
    await apply(events)
    if (events[0]?.position === 1) await checkpoint.move(1, 4)
  }
  expect(await pull({ log: write.log, checkpoint, cut, apply: overtaken })).toBe(6)
  expect(seen.flat()).toEqual([0, 1, 4, 5])
})

it('stops when time is short, after at least one batch, and throws so that it is rung again', async () => {
  await seal(3)
  const { seen, apply } = consumer()
  const cut = (events: readonly SealedEvent[]) => events.map((event) => [event])
  const outOfTime = await pull({ log: write.log, checkpoint, cut, apply, remainingMs: () => 0 }).catch(
    (e: unknown) => e,
  )
  expect(outOfTime).toBeInstanceOf(OutOfTime)
  expect(outOfTime).toMatchObject({ position: 1, size: 3 })
  expect(seen).toEqual([[0]])
})

it('does not complain of the time when it is done', async () => {
  await seal(1)
  expect(await pull({ log: write.log, checkpoint, apply: consumer().apply, remainingMs: () => 0 })).toBe(1)
})

it('skips nothing: where the log has a hole it throws and stays', async () => {
  await seal(3)
  const hole = { pk: { S: 'entries#0' }, sk: { S: '0000000000000001' } }
  await engine.client().send(new DeleteItemCommand({ TableName: tables.log, Key: hole }))
  const { seen, apply } = consumer()
  await expect(pull({ log: write.log, checkpoint, apply })).rejects.toThrow('1')
  expect(seen.flat()).toEqual([0])
  expect(await checkpoint.read()).toBe(1)
})

it('takes no log that answers other positions than it was asked for', async () => {
  await seal(3)
  const shifted = { head: () => write.log.head(), read: async () => write.log.read(1) }
  const { seen, apply } = consumer()
  await expect(pull({ log: shifted, checkpoint, apply })).rejects.toThrow('position 1 where 0 belongs')
  expect(seen).toEqual([])
})

it('says that its checkpoint is past the end of the log, as after a restore', async () => {
  await seal(1)
  await checkpoint.move(0, 7)
  await expect(pull({ log: write.log, checkpoint, apply: consumer().apply })).rejects.toThrow('past the log')
})

it('asks again for a head that was read before others sealed and moved the checkpoint', async () => {
  await seal(3)
  await checkpoint.move(0, 2)
  const heads = [{ size: 1 }]
  const log = { head: async () => heads.pop() ?? write.log.head(), read: (from: number) => write.log.read(from) }
  const { seen, apply } = consumer()
  expect(await pull({ log, checkpoint, apply })).toBe(3)
  expect(seen.flat()).toEqual([2])
})

it('says that its checkpoint does not move, instead of going round for ever', async () => {
  await seal(1)
  const stuck = { read: async () => 0, move: async () => false }
  await expect(pull({ log: write.log, checkpoint: stuck, apply: consumer().apply })).rejects.toThrow('neither moved')
})

describe('what is read ahead', () => {
  /** The log, and the positions that it was read at once it was known where to read. */
  function watched(log: SealedLog = write.log) {
    const reads: number[] = []
    const read = async (from: number) => {
      reads.push(from)
      return log.read(from)
    }
    return { reads, log: { head: () => log.head(), read, peek: (from: number) => write.log.peek(from) } }
  }
  const goOn = async (log: SealedLog, guess: number) => {
    const { seen, apply } = consumer()
    const position = await pull({ log, checkpoint, apply, begun: await begin({ log, checkpoint }, guess) })
    expect(await checkpoint.read()).toBe(position)
    return { position, seen: seen.flat() }
  }

  it('is taken where the checkpoint stands there, and not read once more', async () => {
    await seal(3)
    await checkpoint.move(0, 2)
    const { log, reads } = watched()
    expect(await goOn(log, 2)).toEqual({ position: 3, seen: [2] })
    expect(reads).toEqual([])
  })

  it.each([0, 1, 3, 4, 5, 6, 99])(
    'is left where the checkpoint stands at 2 and was taken to stand at %i',
    async (guess) => {
      await seal(5)
      await checkpoint.move(0, 2)
      const { log, reads } = watched()
      expect(await goOn(log, guess)).toEqual({ position: 5, seen: [2, 3, 4] })
      expect(reads).toEqual([2])
    },
  )

  it('may be the beginning of what there is', async () => {
    await seal(7)
    const { log, reads } = watched()
    expect(await goOn(log, 0)).toEqual({ position: 7, seen: [0, 1, 2, 3, 4, 5, 6] })
    expect(reads).toEqual([4])
  })

  it.each<[string, SealedLog['peek']]>([
    ['shows nothing', async () => []],
    ['fails', () => Promise.reject(new Error('Throttled'))],
    ['is not offered', undefined],
  ])('is read once it is known where to read, where it %s', async (_, peek) => {
    await seal(2)
    const { log, reads } = watched()
    expect(await goOn({ head: log.head, read: log.read, ...(peek ? { peek } : {}) }, 0)).toEqual({
      position: 2,
      seen: [0, 1],
    })
    expect(reads).toEqual([0])
  })

  it('is nothing to a log that ends there', async () => {
    await seal(2)
    await checkpoint.move(0, 2)
    const { log, reads } = watched()
    expect(await goOn(log, 2)).toEqual({ position: 2, seen: [] })
    expect(reads).toEqual([])
  })

  it('is applied no more than any page that is not what was asked for', async () => {
    await seal(3)
    const log = { ...watched().log, peek: () => write.log.peek(1) }
    await expect(goOn(log, 0)).rejects.toThrow('position 1 where 0 belongs')
    expect(await checkpoint.read()).toBe(0)
  })

  it('is no use after another has moved the checkpoint', async () => {
    await seal(4)
    const { log, reads } = watched()
    const begun = await begin({ log, checkpoint }, 0)
    await checkpoint.move(0, 3)
    const { seen, apply } = consumer()
    expect(await pull({ log, checkpoint, apply, begun })).toBe(4)
    expect(seen).toEqual([[0, 1, 2, 3], [3]]) // once more than needed, as whoever is overtaken
    expect(reads).toEqual([3])
  })
})
