import { type ParseArgsConfig, parseArgs } from 'node:util'
import { Unusable } from './deployment.ts'
import { Unchecked } from './verify/source.ts'

/** Reads what a command was called with. @throws {Unusable} with how it is used, where it cannot be meant so */
export function readArguments<Config extends ParseArgsConfig>(usage: string, config: Config) {
  try {
    return parseArgs(config)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new Unusable(`${cause.message}\n\n${usage}`, { cause })
  }
}

/**
 * Runs a command to its exit code: the number that it answers, or else what it has set, and `failed` where it throws.
 * What a person has to mend is said in a line; everything else is a bug of ours, and shown whole.
 */
export async function run(main: (args: readonly string[]) => Promise<unknown>, failed = 1): Promise<void> {
  try {
    const code = await main(process.argv.slice(2))
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    process.exitCode = failed
    console.error(error instanceof Unusable || error instanceof Unchecked ? error.message : error)
  }
}
