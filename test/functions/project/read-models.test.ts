import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CloudEvent } from '#events/envelope.ts'
import { type Folded, foldOnto, nothing } from '#events/fold.ts'
import { jcs } from '#events/jcs.ts'
import { kinds } from '#events/kinds.ts'
import { parseStream } from '#events/streams.ts'
import { readModels, shape } from '#functions/projections/read-models.ts'
import { keys } from '#functions/projections/statements/rows.ts'
import history from './history.json' with { type: 'json' }

/**
 * Digest of the frozen history's rows and of the versions of all folds, by shape. Does a change of rows bring you here?
 * Then raise `shape` in read-models.ts and add a line: rows of two shapes are never mixed, and a line is never edited.
 */
const frozen: Record<number, string> = {
  1: '2751b40a28f1f547d66bf10d2399af2974b9bcaa758ea77270ed5a68b09d0e9e',
  2: '60fe09062a432e44ba1c11b9a3bdaef16e56eac64f3385a1553d15e9dd2e8b45',
  3: 'e2c84f12ca5e5d13e5bd7369250433e06c690a4a6a0ba168e86ef29a91df7193',
}

const events = history as CloudEvent[]

/** Rows of every state on the way, with the versions of the folds that made them. */
function digest(): string {
  const streams = Map.groupBy(events, ({ subject }) => subject)
  const rows = [...streams].flatMap(([streamId, its]) => {
    const kind = parseStream(streamId)?.kind
    if (!kind) throw new Error(`The frozen history has a stream of no known kind: ${streamId}`)
    const { fold, upcast } = kinds[kind]
    const models = readModels.filter((model) => model.kind === kind)
    let folded: Folded<unknown> = nothing<unknown>(fold)
    return its.map((event, position) => {
      folded = foldOnto<unknown, ReturnType<typeof upcast>>(fold, upcast, folded, [event])
      return models.flatMap((model) => model.rows(folded, streamId, position))
    })
  })
  const folds = Object.entries(kinds).map(([kind, { fold }]) => [kind, fold.version])
  return createHash('sha256')
    .update(jcs([folds, rows]))
    .digest('hex')
}

describe('the read models', () => {
  it('are a folder each, and a line: what has a folder is projected', () => {
    const entries = readdirSync(new URL('../../../functions/projections/', import.meta.url), { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    expect(folders.length).toBeGreaterThanOrEqual(2)
    expect([...new Set(readModels.map(({ name }) => name))].sort()).toEqual(folders.sort())
  })

  it('do not change without another shape', () => {
    expect(frozen[shape], 'a line for this shape').toBeDefined()
    expect(digest(), 'rows or folds have changed: raise the shape').toBe(frozen[shape])
  })

  it('are all in the frozen history', () => {
    const seen = new Set(events.map(({ subject }) => parseStream(subject)?.kind))
    expect([...seen].sort()).toEqual(Object.keys(kinds).sort())
  })

  it('write rows of one write unit: 1 KB at most, with one of each that a list is asked by, and the longest ids', () => {
    const long = 'x'.repeat(64)
    const far = '𐐷'.repeat(250) // 12 characters each in a key, where it is a word
    const at = { version: 1, recordedAt: '2031-02-14T12:00:00.000Z', recordedBy: long }
    const statement = {
      documentId: long,
      speaker: { actorId: long, role: far, mention: { text: `${far}-` }, organization: long, onBehalfOf: long },
      saidOn: { edtf: '2031-02-12' },
      occasion: { occasionId: long },
      fragments: [{ mode: 'indirect', text: long }],
      chain: [{ step: 'report', by: long }],
      topics: [long],
      about: [{ missionId: long }],
    }
    const ends = { subject: { actorId: long }, object: { actorId: long.slice(1) } }
    const claim = { claimId: long, holder: long.slice(1), predicate: 'has-area-of-responsibility', ...ends, field: far }
    const actor = { actorId: long, kind: 'organization', name: far, names: [long], sameAs: [] }
    const mission = { missionId: long, names: [], organization: long, hosts: [long] }
    const states: Record<string, object> = {
      [`statement-s-${long.slice(0, 26)}`]: {
        ...kinds.statement.fold.initial(),
        recorded: { ...at, data: statement },
        claims: { [long]: { read: { ...at, data: claim } } },
      },
      [`actor-${long}`]: {
        ...kinds.actor.fold.initial(),
        registered: { ...at, data: actor },
        memberships: { [long]: { ...at, data: { membershipId: long, role: `${far} ${far}`, evidence: [] } } },
        merged: { ...at, data: { into: long.slice(1), reason: long } },
      },
      [`mission-${long}`]: { ...kinds.mission.fold.initial(), opened: { ...at, data: mission } },
    }
    const by = { ...at, data: { version: 1, ground: long } }
    const withheld = [{ ...at, eventId: `mission-${long}/1`, type: 'MissionOpened', by }]
    const rows = Object.entries(states).flatMap(([streamId, state]) =>
      readModels
        .filter(({ kind }) => kind === parseStream(streamId)?.kind)
        .flatMap((model) =>
          model.rows({ version: 1, time: at.recordedAt, commands: [], withheld, state }, streamId, 12_345_678),
        ),
    )
    const others = ['actors', 'actors-kind', 'actor-word', 'merges', 'called', 'holder', 'tie', 'withheld']
    const partitions = new Set(rows.map(({ pk }) => pk.split('#')[0]))
    for (const list of ['statements', 'changed', 'said', ...keys, 'missions', 'missions-host', ...others]) {
      expect(partitions).toContain(list)
    }
    for (const row of rows) expect(Buffer.byteLength(JSON.stringify(row)), row.pk).toBeLessThan(1_024 - 50)
  })
})
