import { labelOf } from './functions.ts'
import type { FunctionDefinition, Role, Stack } from './stack.ts'
import { mustBeKnown, type Verdicts } from './verdicts.ts'

/**
 * What AWS itself does in a function's name: it reads streams to it, and refuses a mapping that may not, and writes its
 * log, which is lost without a word where that is not granted, and calls a function for a schedule. Throws naming what is missing.
 */
export async function checkGrants(stack: Stack, verdicts: Verdicts): Promise<void> {
  const must = async ({ id, role }: { id: string; role: Role }, action: string, resource: string, so: string) => {
    if ((await verdicts.of(role, { action, resource, leadingKeys: [] })) === 'allowed') return
    throw new Error(`${labelOf({ id })} may not ${action} on ${resource}, so ${so}`)
  }
  for (const one of stack.functions) {
    mustBeKnown(one.role)
    if (one.logs === undefined) continue
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      const stream = action === 'logs:PutLogEvents' ? one.logs.replace(/\*$/, 'log-stream:local') : one.logs
      await must(one, action, stream, 'its log would be lost')
    }
  }
  for (const schedule of stack.schedules) {
    const called = stack.functions.find((one) => one.id === schedule.functionId) as FunctionDefinition
    mustBeKnown(schedule.role)
    await must(schedule, 'lambda:InvokeFunction', called.arn, 'it would never be called')
  }
  for (const { id, table, functionId } of stack.mappings) {
    const reader = stack.functions.find((one) => one.id === functionId) as FunctionDefinition
    const arn = stack.tables.find((one) => one.name === table)?.stream?.arn ?? ''
    for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator']) {
      await must(reader, `dynamodb:${action}`, arn, `${id} cannot read the stream`)
    }
  }
}
