import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importLines } from '../support/import-lines.ts'
import { eventually, type Json, type Local, startLocal } from '../support/local.ts'

let folder: string
let local: Local

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rapporteur-e2e-import-'))
  local = await startLocal('--data', join(folder, 'data'), '--empty', '--faults', '7')
}, 120_000)
afterAll(async () => {
  await local?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function log(): Promise<Json[]> {
  const events: Json[] = []
  for (let path = '/events?limit=100'; ; ) {
    const { status, body } = await local.request('GET', path)
    if (status !== 200) continue // a call that failed on purpose
    events.push(...body.events)
    if (body.next === null) return events
    path = `/events?limit=100&after=${body.next}`
  }
}

it('goes in whole while calls fail: nothing is lost, and nothing doubled', async () => {
  const lines = [...importLines(66)]
  const file = join(folder, 'bulletins.ndjson')
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const run = () => {
    const args = ['cli/import.ts', file, '--data', join(folder, 'data')]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const [added = 0, there = 0, refused = 0] = [...stdout.matchAll(/ (\d+)$/gm)].map(([, count]) => Number(count))
    return { status, refused, settled: added + there + refused, added }
  }
  expect(run()).toMatchObject({ status: 0, refused: 0, settled: lines.length })
  expect(run()).toEqual({ status: 0, refused: 0, settled: lines.length, added: 0 })

  const events = await eventually(log, (all) => all.length >= lines.length, 60_000)
  expect(events.map(({ position }) => position)).toEqual(lines.map((_, index) => index))
  const written = (path: string, of: Json[]) => of.filter(({ subject }) => subject === path)
  for (const missionId of ['watch-1', 'watch-2', 'watch-3']) {
    const types = written(`mission-${missionId}`, events).map(({ type, data }) => data.phase ?? type)
    expect(types).toEqual(['rapporteur.MissionOpened.v1', 'mandated', 'deployed', 'withdrawn'])
  }
  const told = events.map(({ subject, type, data }) => JSON.stringify([subject, type, data]))
  expect(new Set(told).size).toBe(lines.length)
}, 180_000)
