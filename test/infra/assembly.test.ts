import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { synthesize } from '../../infra/assembly.ts'

let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'rapporteur-assemblies-'))
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const made = () => synthesize({ bundle: false, cache })

describe('an assembly', () => {
  it('is made once for all who ask at once, and not again while nothing changes', async () => {
    const [one, another] = await Promise.all([made(), made(), made()])
    expect(another).toBe(one)
    expect(readdirSync(cache)).toEqual([basename(one)]) // no second draft, no lock left
    expect(readdirSync(one)).toContain('Rapporteur-sandbox.template.json')
    const { ino, mtimeMs } = statSync(one)
    expect(await made()).toBe(one)
    expect(statSync(one)).toMatchObject({ ino, mtimeMs })
  })

  it('is made although somebody died while making it', async () => {
    const dead = spawn(process.execPath, ['-e', ''])
    await once(dead, 'exit')
    const folder = await made()
    rmSync(folder, { recursive: true })
    writeFileSync(`${folder}.lock`, String(dead.pid))
    expect(await made()).toBe(folder)
    expect(readdirSync(cache)).toEqual([basename(folder)])
  })

  it('is refused for a stage that does not exist, by name, and leaves nothing behind', async () => {
    await expect(synthesize({ stage: 'staging', bundle: false, cache })).rejects.toThrow('There is no stage "staging"')
    expect(readdirSync(cache)).toEqual([])
  })
})
