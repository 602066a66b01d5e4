import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { dynamo } from '#functions/runtime/clients.ts'
import { type Json, startLocal } from '../support/local.ts'
import { referredTo } from './ground.ts'

/** The local cloud as `npm run dev` starts it, spoken to over HTTP, and a bare client of its gateway. */
export interface Cloud {
  readonly client: DynamoDBClient
  /** The physical name of a table of the template: `Events`. */
  table(name: string): string
  /** Throws where the answer is a refusal. */
  ask(method: string, path: string, body?: object): Promise<Json>
  /** Resolves when a list shows the statement first. */
  visible(id: string): Promise<void>
  /** How far the lists are in the log. */
  position(): Promise<number>
  /** Resolves when so many events are in the lists. */
  settled(events: number): Promise<void>
  /** The gateway's count of capacity: who spent what on which table. */
  capacity(method: 'GET' | 'DELETE'): Promise<Json>
  stop(): Promise<void>
}

export async function startCloud(): Promise<Cloud> {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-bench-'))
  const local = await startLocal('--data', folder, '--empty')
  const { gateway, region, credentials } = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8')) as Json
  const client = dynamo({ endpoint: gateway, region, credentials: credentials.operator })
  const { TableNames = [] } = await client.send(new ListTablesCommand())

  const ask: Cloud['ask'] = async (method, path, body) => {
    const answer = await local.request(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const until = async (reached: () => Promise<boolean>, waitMs: number, what: string) => {
    const end = performance.now() + 300_000
    while (!(await reached())) {
      if (performance.now() > end) throw new Error(`${what} never came`)
      await delay(waitMs)
    }
  }
  const position = async (): Promise<number> => (await ask('GET', '/statements?limit=1')).position
  for (const [path, body] of Object.entries(referredTo)) await ask('PUT', path, body)
  await until(async () => (await position()) >= Object.keys(referredTo).length, 50, 'What is referred to')
  return {
    client,
    ask,
    table(name) {
      const found = TableNames.find((table) => table.includes(`-${name}Table`))
      if (!found) throw new Error(`There is no table ${name} among ${TableNames.join(', ')}`)
      return found
    },
    visible: (id) =>
      until(
        async () => (await ask('GET', '/statements?speaker=mira-kovan&limit=1')).items[0]?.statementId === id,
        5,
        id,
      ),
    position,
    settled: (events) => until(async () => (await position()) >= events, 20, `event ${events}`),
    async capacity(method) {
      const headers = { authorization: `Bearer ${credentials.operator.secretAccessKey}` }
      return (await fetch(new URL('/_local/capacity', gateway), { method, headers })).json()
    },
    async stop() {
      await local.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
