import { type Key, keyItem } from '#functions/projections/keys.ts'
import type { Item } from '#functions/projections/row.ts'

/** An update of one item, on a condition. Attributes are named by `#name`, as many a good name is a reserved word. */
export function updateOf(table: string, key: Key, change: string, condition: string, values: Item) {
  const names = new Set(`${change} ${condition}`.match(/#\w+/g))
  return {
    TableName: table,
    Key: keyItem(key),
    UpdateExpression: change,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
    ExpressionAttributeValues: values,
  }
}
