/**
 * Keys of the API: `npm run keys -- create --name "City desk" --scope record,revise [--data <folder> | --stack <name>]`.
 * A key is printed once, on standard output, and kept nowhere but as a hash.
 */
import { parseArgs } from 'node:util'
import { DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { Access } from '#functions/access/access.ts'
import { createKey, type KeyItem, slugOf } from '#functions/access/key.ts'
import { isScope, type Scope, scopes } from '#functions/access/scopes.ts'
import { unanswered } from '#functions/store/unanswered.ts'
import { deploymentOptions, findDeployment, output, Unusable } from './deployment.ts'

const usage = `npm run keys -- create --name <name> --scope <scope>[,<scope>…] [--data <folder> | --stack <name>]

  --name    who is to have the key; its slug stands on every event that the key records
  --scope   what the key may do: ${scopes.join(', ')}
  --data    folder of a local deployment, by default .rapporteur; it must be running
  --stack   name of a deployed stack`

async function main(args: readonly string[]): Promise<void> {
  const { name, given, chosen } = read(args)
  const deployment = await findDeployment(chosen)
  const access = new Access({
    client: new DynamoDBClient(deployment.client),
    table: output(deployment, 'AccessTable'),
  })
  const { key, item } = createKey(name, given, new Date())
  await put(access, item)
  console.error(`A key for "${item.name}" (events will say ${item.slug}): ${item.scopes.join(', ')}. It is shown once:`)
  console.log(key)
}

async function put(access: Access, item: KeyItem): Promise<void> {
  try {
    await access.put(item)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    if (unanswered(cause)) {
      throw new Unusable(`The deployment does not answer: ${detail}. A local one must be running: npm run dev`, {
        cause,
      })
    }
    // As where one may read a stack, and not write its tables.
    if (cause instanceof DynamoDBServiceException) throw new Unusable(`The key is not kept: ${detail}`, { cause })
    throw cause
  }
}

function read(args: readonly string[]) {
  const { values, positionals } = parse(args)
  const [command, ...rest] = positionals
  if (command !== 'create' || rest.length > 0) throw new Unusable(usage)
  const name = values.name?.trim() ?? ''
  if (name === '') throw new Unusable(`Say with --name who is to have the key.\n\n${usage}`)
  if (slugOf(name) === '') throw new Unusable(`The name "${name}" has no Latin letter or digit to make a slug of.`)
  return { name, given: scopesOf(values.scope ?? []), chosen: { data: values.data, stack: values.stack } }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { name: { type: 'string' }, scope: { type: 'string', multiple: true }, ...deploymentOptions },
    })
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new Unusable(`${cause.message}\n\n${usage}`, { cause })
  }
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

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = 1
  console.error(error instanceof Unusable ? error.message : error)
})
