import type { Act } from './calls.ts'
import { labelOf } from './functions.ts'
import type { FunctionDefinition, Stack } from './stack.ts'
import { mustBeKnown, type Verdicts } from './verdicts.ts'

/**
 * What AWS itself does in a function's name, and checks when it is deployed: a mapping that may not read its stream is
 * refused. Throws naming what is missing.
 */
export async function checkGrants(stack: Stack, verdicts: Verdicts): Promise<void> {
  for (const { role } of stack.functions) mustBeKnown(role)
  for (const { id, table, functionId } of stack.mappings) {
    const reader = stack.functions.find((one) => one.id === functionId) as FunctionDefinition
    const arn = stack.tables.find((one) => one.name === table)?.stream?.arn ?? ''
    for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator']) {
      const act: Act = { action: `dynamodb:${action}`, resource: arn, leadingKeys: [] }
      if ((await verdicts.of(reader.role, act)) === 'allowed') continue
      throw new Error(`${id}: ${labelOf(reader)} may not ${act.action} on ${arn}, so it cannot read the stream`)
    }
  }
}
