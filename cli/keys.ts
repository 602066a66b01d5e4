/**
 * Keys of the API: made, listed and revoked, with the caller's own rights to the table that keeps them. A key is
 * printed once, on standard output, and kept nowhere but as a hash.
 */
import { DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { Access } from '#functions/access/access.ts'
import { createKey, slugOf } from '#functions/access/key.ts'
import { type ListedKey, Roster } from '#functions/access/roster.ts'
import { isScope, type Scope, scopes } from '#functions/access/scopes.ts'
import { unanswered } from '#functions/store/unanswered.ts'
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment, output, Unusable } from './deployment.ts'

const usage = `npm run keys -- create --name <name> --scope <scope>[,<scope>…]
npm run keys -- list
npm run keys -- revoke <id>

  --name    who is to have the key; its slug stands on every event that the key records
  --scope   what the key may do: ${scopes.join(', ')}
  <id>      of a key, as list shows it: the part between the underscores

And each takes [--data <folder> | --stack <name>]:
  --data    folder of a local deployment, by default .rapporteur; it must be running
  --stack   name of a deployed stack`

type Command =
  | { readonly name: 'create'; readonly for: string; readonly scopes: readonly Scope[] }
  | { readonly name: 'list' }
  | { readonly name: 'revoke'; readonly id: string }

async function main(args: readonly string[]): Promise<void> {
  const { command, chosen } = read(args)
  const deployment = await findDeployment(chosen)
  const table = { client: new DynamoDBClient(deployment.client), table: output(deployment, 'AccessTable') }
  switch (command.name) {
    case 'create':
      return create(new Access(table), command.for, command.scopes)
    case 'list':
      return console.log(listed(await answered('read', () => new Roster(table).list())))
    case 'revoke':
      return revoke(new Roster(table), command.id)
  }
}

async function create(access: Access, name: string, given: readonly Scope[]): Promise<void> {
  const { key, item } = createKey(name, given, new Date())
  await answered('kept', () => access.put(item))
  console.error(`A key for "${item.name}" (events will say ${item.slug}): ${item.scopes.join(', ')}. It is shown once:`)
  console.log(key)
}

async function revoke(roster: Roster, id: string): Promise<void> {
  const now = new Date()
  const key = await answered('revoked', () => roster.revoke(id, now))
  if (!key) throw new Unusable(`There is no key ${id}. "npm run keys -- list" shows all.`)
  const whose = `The key ${id} of "${printable(key.name)}"`
  if (key.revokedAt !== now.toISOString()) console.log(`${whose} was revoked already, at ${key.revokedAt}.`)
  else console.log(`${whose} is revoked: within a minute it opens nothing any more. What it recorded stays.`)
}

/** A row for each key, the oldest first. */
function listed(keys: readonly ListedKey[]): string {
  const rows = [
    ['id', 'name', 'slug', 'scopes', 'created', 'revoked'],
    ...keys.map(({ id, name, slug, scopes: given, createdAt, revokedAt = '' }) => {
      return [id, printable(name), slug, given.join(','), createdAt, revokedAt]
    }),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Without what a terminal would take for a command. */
const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')

/** Makes a call to the table, and says in a line why it failed. `done` is what the key, or all, would be. */
async function answered<Result>(done: 'kept' | 'read' | 'revoked', call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    if (unanswered(cause)) {
      throw new Unusable(`The deployment does not answer: ${detail}. A local one must be running: npm run dev`, {
        cause,
      })
    }
    // As where one may read a stack, and not its tables.
    const what = done === 'read' ? 'The keys are' : 'The key is'
    if (cause instanceof DynamoDBServiceException) throw new Unusable(`${what} not ${done}: ${detail}`, { cause })
    throw cause
  }
}

function read(args: readonly string[]) {
  const { values, positionals } = parse(args)
  const { data, stack, ...others } = values
  return { command: commandOf(positionals, others), chosen: { data, stack } }
}

function commandOf([name, ...rest]: readonly string[], options: { name?: string; scope?: string[] }): Command {
  if (name === 'create' && rest.length === 0) {
    const whose = options.name?.trim() ?? ''
    if (whose === '') throw new Unusable(`Say with --name who is to have the key.\n\n${usage}`)
    if (slugOf(whose) === '') throw new Unusable(`The name "${whose}" has no Latin letter or digit to make a slug of.`)
    return { name, for: whose, scopes: scopesOf(options.scope ?? []) }
  }
  const [id] = rest
  if (Object.keys(options).length > 0) throw new Unusable(usage)
  if (name === 'list' && id === undefined) return { name }
  if (name !== 'revoke' || id === undefined || rest.length > 1) throw new Unusable(usage)
  if (!/^[a-z2-7]{16}$/.test(id)) {
    throw new Unusable(`That is not the id of a key. Of a key rk_<id>_<secret> it is the part between the underscores.`)
  }
  return { name, id }
}

function parse(args: readonly string[]) {
  return readArguments(usage, {
    args: [...args],
    allowPositionals: true,
    options: { name: { type: 'string' }, scope: { type: 'string', multiple: true }, ...deploymentOptions },
  })
}

function scopesOf(words: readonly string[]): Scope[] {
  const given = [...new Set(words.flatMap((word) => word.split(',')).map((word) => word.trim()))]
  if (given.length === 0) throw new Unusable(`Say with --scope what the key may do.\n\n${usage}`)
  const strangers = given.filter((word) => !isScope(word))
  if (strangers.length > 0) {
    throw new Unusable(
      `No such scope: ${strangers.map((word) => `"${word}"`).join(', ')}. There are: ${scopes.join(', ')}.`,
    )
  }
  return given.filter(isScope)
}

await run(main)
