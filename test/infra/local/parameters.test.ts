import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Parameters } from '../../../infra/local/parameters.ts'
import { State } from '../../../infra/local/state.ts'
import { startParameterStore } from '../../support/ssm.ts'

let store: Awaited<ReturnType<typeof startParameterStore>>
let client: SSMClient
beforeAll(async () => {
  store = await startParameterStore()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new SSMClient({ endpoint: store.url, region: 'local', credentials, maxAttempts: 1 })
})
afterAll(() => store.close())

const put = (Name: string, Value: string, more: object = {}) =>
  client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', ...more }))
const get = async (Name: string) =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter

describe('the local parameter store', () => {
  it('keeps what is put, and gives it back', async () => {
    expect(await put('/rapporteur/a/log-key/1', 'first')).toMatchObject({ Version: 1, Tier: 'Standard' })
    expect(await get('/rapporteur/a/log-key/1')).toMatchObject({
      Name: '/rapporteur/a/log-key/1',
      Type: 'SecureString',
      Value: 'first',
      ARN: 'arn:aws:ssm:local:000000000000:parameter/rapporteur/a/log-key/1',
    })
  })

  it('writes nothing over unless it is told to', async () => {
    await put('/rapporteur/b/log-key/1', 'first')
    await expect(put('/rapporteur/b/log-key/1', 'second')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' })
    expect((await get('/rapporteur/b/log-key/1'))?.Value).toBe('first')
  })

  it('has no parameter that was not put', async () => {
    await expect(get('/rapporteur/c/log-key/1')).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })

  it('refuses what it would do otherwise than AWS', async () => {
    await expect(put('/a/b', 'x', { Tier: 'Advanced' })).rejects.toThrow('does not know Tier')
    await expect(put('/a/b', 'x', { Type: 'String' })).rejects.toMatchObject({ name: 'UnsupportedParameterType' })
    await expect(put('/a/b', 'x'.repeat(4097))).rejects.toThrow('1 to 4096 characters')
    await expect(get('log-key')).rejects.toThrow('full path')
  })

  it('keeps it in the data folder, through a restart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rapporteur-parameters-'))
    const place = { region: 'local', account: '000000000000' }
    const request = { Name: '/rapporteur/d/log-key/1', Value: 'kept', Type: 'SecureString' }
    try {
      const first = new State(folder)
      expect(new Parameters({ state: first, place }).call('PutParameter', request).status).toBe(200)
      first.close()
      const second = new State(folder)
      const answer = new Parameters({ state: second, place }).call('GetParameter', {
        Name: request.Name,
        WithDecryption: true,
      })
      expect(JSON.parse(answer.body.toString()).Parameter.Value).toBe('kept')
      second.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
