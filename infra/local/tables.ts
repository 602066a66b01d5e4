import { isDeepStrictEqual } from 'node:util'
import type { Engine } from './engine.ts'
import type { Index, Key, Table } from './stack.ts'

interface Description {
  readonly KeySchema: readonly Key[]
  readonly GlobalSecondaryIndexes?: readonly Described[]
  readonly LocalSecondaryIndexes?: readonly Described[]
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean }
}
type Described = Omit<Index, 'local'>

/**
 * Makes the tables that are not there yet. Streams are asked for with both images, whatever the template says: only so
 * can a write that changed nothing be told. Throws when a table is there under other keys: a deploy would replace it.
 */
export async function ensureTables(engine: Engine, tables: readonly Table[]): Promise<void> {
  const there = await tableNames(engine)
  for (const table of tables) {
    if (there.has(table.name)) await mustBeAlike(engine, table)
    else await create(engine, table)
  }
}

async function tableNames(engine: Engine): Promise<Set<string>> {
  const names = new Set<string>()
  let last: string | undefined
  do {
    const page: { TableNames: string[]; LastEvaluatedTableName?: string } = await engine.ask(
      'DynamoDB_20120810.ListTables',
      last === undefined ? {} : { ExclusiveStartTableName: last },
    )
    for (const name of page.TableNames) names.add(name)
    last = page.LastEvaluatedTableName
  } while (last !== undefined)
  return names
}

async function create(engine: Engine, table: Table): Promise<void> {
  const indexes = (local: boolean) => table.indexes.filter((index) => index.local === local).map(described)
  await engine.ask('DynamoDB_20120810.CreateTable', {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: table.attributes,
    KeySchema: table.keys,
    ...(indexes(false).length > 0 ? { GlobalSecondaryIndexes: indexes(false) } : {}),
    ...(indexes(true).length > 0 ? { LocalSecondaryIndexes: indexes(true) } : {}),
    ...(table.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } } : {}),
  })
  if (table.expires === undefined) return
  await engine.ask('DynamoDB_20120810.UpdateTimeToLive', {
    TableName: table.name,
    TimeToLiveSpecification: { Enabled: true, AttributeName: table.expires },
  })
}

async function mustBeAlike(engine: Engine, table: Table): Promise<void> {
  const { Table: there } = await engine.ask<{ Table: Description }>('DynamoDB_20120810.DescribeTable', {
    TableName: table.name,
  })
  const indexes = [...(there.GlobalSecondaryIndexes ?? []), ...(there.LocalSecondaryIndexes ?? [])]
  const same =
    isDeepStrictEqual(there.KeySchema, table.keys) &&
    isDeepStrictEqual(byName(indexes), byName(table.indexes)) &&
    (there.StreamSpecification?.StreamEnabled === true) === (table.stream !== undefined)
  if (!same) {
    throw new Error(
      `The table ${table.id} has other keys, indexes or stream than the template: use another data folder`,
    )
  }
}

const described = ({ IndexName, KeySchema, Projection }: Described): Described => ({ IndexName, KeySchema, Projection })
const byName = (indexes: readonly Described[]) =>
  indexes.map(described).sort((one, other) => (one.IndexName < other.IndexName ? -1 : 1))
