import { describe, expect, it } from 'vitest'
import { ofType, tableNamed, template } from '../support/assembly.ts'

const stages = { sandbox: await template('sandbox'), production: await template('production') }
const names = ['events', 'log', 'views', 'texts', 'access']
const table = (name: string, stage: keyof typeof stages = 'sandbox') => tableNamed(stages[stage], name)[1]

/** `streamId S, version N` */
function keys(name: string): string {
  const { AttributeDefinitions, KeySchema } = table(name).Properties
  return describeKeys(KeySchema, AttributeDefinitions)
}
function describeKeys(
  schema: { AttributeName: string; KeyType: string }[],
  attributes: { AttributeName: string; AttributeType: string }[],
): string {
  expect(schema.map(({ KeyType }) => KeyType)).toEqual(['HASH', 'RANGE'].slice(0, schema.length))
  const typeOf = (name: string) => attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType
  return schema.map(({ AttributeName }) => `${AttributeName} ${typeOf(AttributeName)}`).join(', ')
}

describe('the tables', () => {
  it('are five', () => {
    expect(ofType(stages.sandbox, 'AWS::DynamoDB::GlobalTable')).toHaveLength(names.length)
    for (const [id] of ofType(stages.sandbox, 'AWS::DynamoDB::GlobalTable')) {
      expect(names.some((name) => tableNamed(stages.sandbox, name)[0] === id)).toBe(true)
    }
  })

  it('are keyed as the store reads them', () => {
    expect(Object.fromEntries(names.map((name) => [name, keys(name)]))).toEqual({
      events: 'streamId S, version N',
      log: 'pk S, sk S',
      views: 'pk S, sk S',
      texts: 'documentId S, sha256 S',
      access: 'pk S',
    })
  })

  it('find by the hour what was recorded, keys only, and have no other index', () => {
    const { AttributeDefinitions, GlobalSecondaryIndexes } = table('events').Properties
    expect(GlobalSecondaryIndexes).toHaveLength(1)
    expect(GlobalSecondaryIndexes[0]).toMatchObject({
      IndexName: 'by-hour',
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })
    expect(describeKeys(GlobalSecondaryIndexes[0].KeySchema, AttributeDefinitions)).toBe('recordedHour S, time S')
    for (const name of names.slice(1)) expect(table(name).Properties).not.toHaveProperty('GlobalSecondaryIndexes')
  })

  it('tell of every write to events and log, by its keys alone, and of no other', () => {
    for (const name of names) {
      const told = ['events', 'log'].includes(name) ? { StreamViewType: 'KEYS_ONLY' } : undefined
      expect(table(name).Properties.StreamSpecification, name).toEqual(told)
    }
  })

  it('let only rows of views expire', () => {
    for (const name of names) {
      const expiry = name === 'views' ? { AttributeName: 'expiresAt', Enabled: true } : undefined
      expect(table(name).Properties.TimeToLiveSpecification, name).toEqual(expiry)
    }
  })

  for (const stage of ['sandbox', 'production'] as const) {
    it(`can be had again as events and log were at any second; texts and keys that were deleted cannot (${stage})`, () => {
      for (const name of names) {
        const [replica, ...others] = table(name, stage).Properties.Replicas
        expect(others).toEqual([])
        const recovery = replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false
        expect(recovery, name).toBe(['events', 'log'].includes(name))
      }
    })

    it(`have no name that a second deployment could want (${stage})`, () => {
      for (const name of names) expect(table(name, stage).Properties).not.toHaveProperty('TableName')
    })

    it(`cost nothing while idle: on demand, no key of ours (${stage})`, () => {
      for (const name of names) {
        const { Properties } = table(name, stage)
        expect(Properties.BillingMode).toBe('PAY_PER_REQUEST')
        expect(JSON.stringify(Properties)).not.toMatch(/Provisioned|KMS|WarmThroughput|ContributorInsights/)
      }
    })
  }

  it('are gone with a sandbox, and stay when production is destroyed', () => {
    for (const name of names) {
      expect(table(name)).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' })
      expect(table(name).Properties.Replicas[0].DeletionProtectionEnabled).toBe(false)
      expect(table(name, 'production')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
      expect(table(name, 'production').Properties.Replicas[0].DeletionProtectionEnabled).toBe(true)
    }
  })
})
