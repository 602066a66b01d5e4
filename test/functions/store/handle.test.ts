import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Known, latestText } from '#events/decide.ts'
import { document } from '#events/document/kind.ts'
import { describeText } from '#events/document/text.ts'
import { InvalidInput, Refusal } from '#events/refusal.ts'
import { Views } from '#functions/projections/views.ts'
import { commandHash, commandId } from '#functions/store/command-id.ts'
import { EventStore, VersionConflict } from '#functions/store/event-store.ts'
import { Contended, handle, IdempotencyKeyReused } from '#functions/store/handle.ts'
import type { CommandMeta } from '#functions/store/new-commit.ts'
import { Texts } from '#functions/store/texts.ts'
import { createTables, type Tables } from '../../support/engine.ts'
import { faults } from '../../support/faults.ts'
import { someCommand, testSource } from '../../support/log.ts'
import { type KeepWatch, watch, watchKept } from '../../support/watch.ts'
import { withEngine } from '../../support/with-engine.ts'

const engine = withEngine()
let client: DynamoDBClient
let tables: Tables
beforeEach(async () => {
  client = engine.client()
  tables = await createTables(client)
})

const streamId = 'mission-harbour-watch'
const deps = (using = client) => ({
  store: new EventStore({ client: using, table: tables.events, source: testSource }),
  texts: new Texts({ client: using, table: tables.texts }),
  views: new Views({ client: using, table: tables.views }),
})
const keep = (command: string | KeepWatch, meta = someCommand(), options: { ifMatch?: number; stream?: string } = {}) =>
  handle(
    deps(),
    watch(),
    options.stream ?? streamId,
    typeof command === 'string' ? { entry: command } : command,
    meta,
    options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch },
  )
const sentAgain = (given: { key: string; body?: object }): CommandMeta =>
  someCommand({
    commandid: commandId('key-1', given.key),
    commandhash: commandHash('POST', '/missions/harbour-watch/phases', given.body ?? {}),
  })
const book = async () =>
  (await deps().store.load(streamId)).commits.flatMap(({ events }) => events.map(({ data }) => data))

describe('a command', () => {
  it('is recorded, and answered with the stream as it then is', async () => {
    await keep('first')
    const { folded, version, added, events } = await keep('second')
    expect({ version, added }).toEqual({ version: 2, added: true })
    expect(folded).toMatchObject({
      version: 2,
      state: {
        entries: [
          { entry: 'first', version: 1 },
          { entry: 'second', version: 2 },
        ],
      },
    })
    expect(events.map(({ id }) => id)).toEqual(['mission-harbour-watch/2'])
  })

  it('that says what is on record adds nothing, and is answered with where it is recorded', async () => {
    await keep('first')
    await keep('second')
    expect(await keep('first')).toMatchObject({ version: 1, added: false, events: [], folded: { version: 2 } })
    expect(await book()).toHaveLength(2)
  })

  it('that a rule refuses adds nothing', async () => {
    await expect(keep('refused')).rejects.toBeInstanceOf(Refusal)
    expect(await book()).toEqual([])
  })
})

describe('an idempotency key', () => {
  it('makes a command that is sent again give its first answer, whatever happened since', async () => {
    expect(await keep('first', sentAgain({ key: 'a' }))).toMatchObject({ version: 1, added: true })
    await keep('second')
    expect(await keep('refused', sentAgain({ key: 'a' }))).toMatchObject({ version: 1, added: false, events: [] })
    expect(await book()).toHaveLength(2)
  })

  it('is refused for another command', async () => {
    await keep('first', sentAgain({ key: 'a', body: { entry: 'first' } }))
    const error = await keep('other', sentAgain({ key: 'a', body: { entry: 'other' } })).catch((error) => error)
    expect(error).toBeInstanceOf(IdempotencyKeyReused)
    expect(error).toMatchObject({ streamId })
  })

  it('speaks of its own stream only', async () => {
    await keep('first', sentAgain({ key: 'a' }))
    expect(await keep('first', sentAgain({ key: 'a' }), { stream: 'mission-other' })).toMatchObject({ added: true })
  })

  it('sent twice at once is one command, that one of the two recorded', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => keep('first', sentAgain({ key: 'a' }))))
    expect(answers.map(({ added }) => added).sort()).toEqual([false, false, true])
    expect(answers.map(({ version }) => version)).toEqual([1, 1, 1])
    expect(await book()).toEqual([{ entry: 'first' }])
  })
})

describe('a put that nobody answers', () => {
  for (const when of ['before', 'after'] as const) {
    it(`is recorded once, by this very call, though the connection broke ${when} it landed`, async () => {
      faults(client).set({ nth: 1, when })
      expect(await keep('first')).toMatchObject({ version: 1, added: true, events: [{ data: { entry: 'first' } }] })
      expect(await book()).toEqual([{ entry: 'first' }])
    })
  }

  it('again and again is an error, and is recorded once when it is sent again', async () => {
    const unlucky = faults(client)
    for (const nth of [1, 2, 3]) unlucky.set({ nth, when: 'before' })
    await expect(keep('first', sentAgain({ key: 'a' }))).rejects.toThrow('broke before it landed')
    expect(await keep('first', sentAgain({ key: 'a' }))).toMatchObject({ version: 1, added: true })
    expect(await book()).toEqual([{ entry: 'first' }])
  })

  it('is not repeated where DynamoDB said no', async () => {
    client.middlewareStack.add(
      (next, context) => (args) =>
        context.commandName === 'PutItemCommand'
          ? next({ ...args, input: { ...args.input, TableName: 'no-such-table' } })
          : next(args),
      { step: 'initialize' },
    )
    const { calls } = faults(client)
    await expect(keep('first')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    expect(calls.map(({ command }) => command)).toEqual(['Query', 'PutItem'])
  })
})

describe('If-Match', () => {
  it('lets through what was made from the version on record', async () => {
    await keep('first')
    expect(await keep('second', someCommand(), { ifMatch: 1 })).toMatchObject({ version: 2, added: true })
  })

  it('refuses what was made from another', async () => {
    await keep('first')
    await keep('second')
    const error = await keep('third', someCommand(), { ifMatch: 1 }).catch((error) => error)
    expect(error).toBeInstanceOf(VersionConflict)
    expect(error).toMatchObject({ streamId, expected: 1, actual: 2 })
    expect(await book()).toHaveLength(2)
  })

  it('does not matter where nothing is to be added', async () => {
    await keep('first')
    await keep('second')
    expect(await keep('first', someCommand(), { ifMatch: 1 })).toMatchObject({ version: 1, added: false })
  })

  it('lets one of two through that were made from the same version', async () => {
    await keep('first')
    const writes = await Promise.allSettled(['a', 'b'].map((entry) => keep(entry, someCommand(), { ifMatch: 1 })))
    expect(writes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(writes.find((write) => write.status === 'rejected')?.reason).toBeInstanceOf(VersionConflict)
  })
})

describe('many writers on one stream', () => {
  it('all get their entry in, each once, at versions without a gap', async () => {
    const entries = Array.from({ length: 16 }, (_, index) => `entry ${index}`)
    const answers = await Promise.all(entries.map((entry) => keep(entry)))
    expect(answers.every(({ added }) => added)).toBe(true)
    expect(answers.map(({ version }) => version).sort((a, b) => a - b)).toEqual(entries.map((_, index) => index + 1))
    const recorded = await deps().store.load(streamId)
    for (const [index, { version }] of answers.entries()) {
      expect(recorded.commits[version - 1]?.events[0]?.data).toEqual({ entry: entries[index] })
    }
  })

  it('of the same entry record it once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => keep('the same')))
    expect(answers.filter(({ added }) => added)).toHaveLength(1)
    expect(await book()).toEqual([{ entry: 'the same' }])
  })

  it('that are always faster make a writer give up, with nothing recorded', async () => {
    const rival = deps(engine.client()).store
    const slow = engine.client()
    slow.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutItemCommand') {
          await rival.append(await rival.load(streamId), [watchKept('faster')], { WatchKept: 1 }, someCommand())
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    const error = await handle(deps(slow), watch(), streamId, { entry: 'slow' }, someCommand()).catch((error) => error)
    expect(error).toBeInstanceOf(Contended)
    expect(error).toMatchObject({ streamId })
    expect(await book()).not.toContainEqual({ entry: 'slow' })
  })
})

describe('what a command refers to', () => {
  const text = 'the harbour had been quiet, she said'
  const { sha256 } = describeText(text)
  const recordDocument = async (documentId: string, withText: boolean) => {
    if (withText) await deps().texts.put(documentId, sha256, text)
    await handle(
      deps(),
      document,
      `document-${documentId}`,
      { type: 'RecordDocument', data: { documentId, credits: [], archived: [] }, ...(withText ? { text } : {}) },
      someCommand(),
    )
  }
  const refers = (...refersTo: { streamId: string; text?: string }[]) =>
    refersTo.map((reference, index) => ({ pointer: `#/${index}`, ...reference }))

  it('is read beside the stream, all streams at once', async () => {
    await keep('a', someCommand(), { stream: 'actor-mira-kovan' })
    await keep('a', someCommand(), { stream: 'mission-other' })
    const { calls } = faults(client)
    const refersTo = refers({ streamId: 'actor-mira-kovan' }, { streamId: 'mission-other' })
    expect(await keep({ entry: 'first', refersTo })).toMatchObject({ added: true })
    expect(calls.map(({ command }) => command).sort()).toEqual(['BatchGetItem', 'PutItem', 'Query'])
  })

  it('is known only where it is on record', async () => {
    const refersTo = refers({ streamId: 'actor-nobody' }, { streamId: 'document-none' })
    await expect(keep({ entry: 'first', refersTo })).rejects.toBeInstanceOf(InvalidInput)
    const seen: Known[] = []
    await handle(deps(), watch(seen), streamId, { entry: 'first', refersTo: [], refersLater: refersTo }, someCommand())
    expect(seen).toEqual([{ streams: new Set(), documents: {} }])
  })

  it('brings a document’s revisions, and a text only where it is asked for and held', async () => {
    await recordDocument('bulletin-2031-02-14', true)
    await recordDocument('bulletin-2031-02-15', false)
    const known = async (...refersTo: { streamId: string; text?: string }[]) => {
      const seen: Known[] = []
      const { calls } = faults(client)
      await handle(deps(), watch(seen), streamId, { entry: 'x', refersTo: refers(...refersTo) }, someCommand())
      return { ...seen[0], texts: calls.filter(({ table }) => table === tables.texts).length }
    }
    const revisions = [{ version: 1, sha256, codePoints: 36 }]
    expect(await known({ streamId: 'document-bulletin-2031-02-14' })).toEqual({
      streams: new Set(['document-bulletin-2031-02-14']),
      documents: { 'bulletin-2031-02-14': { revisions, texts: {} } },
      texts: 0,
    })
    for (const asked of [latestText, sha256]) {
      expect(await known({ streamId: 'document-bulletin-2031-02-14', text: asked })).toEqual({
        streams: new Set(['document-bulletin-2031-02-14']),
        documents: { 'bulletin-2031-02-14': { revisions, texts: { [sha256]: text } } },
        texts: 1,
      })
    }
    expect(await known({ streamId: 'document-bulletin-2031-02-14', text: 'no revision' })).toMatchObject({ texts: 0 })
    expect(await known({ streamId: 'document-bulletin-2031-02-15', text: latestText })).toEqual({
      streams: new Set(['document-bulletin-2031-02-15']),
      documents: { 'bulletin-2031-02-15': { revisions: [{ version: 1 }], texts: {} } },
      texts: 0,
    })
  })

  it('is also what only the stream tells, read after it', async () => {
    await recordDocument('bulletin-2031-02-14', true)
    await keep('first')
    await keep('a', someCommand(), { stream: 'actor-mira-kovan' })
    const seen: Known[] = []
    const refersLater = refers(
      { streamId: 'document-bulletin-2031-02-14', text: latestText },
      { streamId: 'actor-mira-kovan' },
    )
    await handle(deps(), watch(seen), streamId, { entry: 'second', refersLater }, someCommand())
    expect(seen[0]?.streams).toEqual(new Set(['document-bulletin-2031-02-14', 'actor-mira-kovan']))
    expect(seen[0]?.documents['bulletin-2031-02-14']?.texts).toEqual({ [sha256]: text })
  })

  it('is read once, though the command is tried again', async () => {
    await recordDocument('bulletin-2031-02-14', true)
    const unlucky = faults(client)
    unlucky.set({ nth: 1, when: 'before' })
    const refersTo = refers({ streamId: 'document-bulletin-2031-02-14', text: latestText })
    await keep({ entry: 'first', refersTo })
    const counts = Object.groupBy(unlucky.calls, ({ command }) => command)
    expect(counts.PutItem).toHaveLength(2)
    expect(counts.GetItem).toHaveLength(1)
    expect(counts.Query).toHaveLength(3)
  })
})
