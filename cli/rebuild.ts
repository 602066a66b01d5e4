/**
 * Rebuilds the rows of all read models from the log, beside those that are read:
 * `npm run rebuild [-- --if-needed] [--data <folder> | --stack <name>]`. Writes go on meanwhile, and lists are served
 * as they are until the new rows have caught up. Interrupted and started again, it goes on.
 */
import { readArguments, run } from './command.ts'
import { deploymentOptions, findDeployment } from './deployment.ts'
import { rebuild } from './rebuild/rebuilding.ts'
import { Telling } from './rebuild/telling.ts'

const usage = `npm run rebuild [-- --if-needed] [--data <folder> | --stack <name>]

  --if-needed  only where the rows are of another shape than the code writes
  --data       folder of a local deployment, by default .rapporteur; it must be running
  --stack      name of a deployed stack`

async function main(args: readonly string[]): Promise<void> {
  const { ifNeeded, ...chosen } = read(args)
  const telling = new Telling(process.stderr)
  const deployment = await findDeployment(chosen)
  process.once('SIGINT', () => {
    telling.say('Stopped. Lists are served as before; run it again to go on.')
    process.exit(130)
  })
  await rebuild(deployment, { ifNeeded }, (filled, ms) => telling.hear(filled, ms))
}

function read(args: readonly string[]) {
  const { values } = readArguments(usage, {
    args: [...args],
    options: { 'if-needed': { type: 'boolean', default: false }, ...deploymentOptions },
  })
  return { ifNeeded: values['if-needed'], data: values.data, stack: values.stack }
}

await run(main)
