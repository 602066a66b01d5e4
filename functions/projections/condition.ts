import { attributeOf, type Item, type Row } from './row.ts'

/**
 * What a row must say of itself to stand in a list. One meaning, two ways: as part of a FilterExpression where rows are
 * read, and as a judgement of a row that was made from its state. An attribute that a row does not have meets none.
 * - `oneOf`: the attribute is one of these, of which there is at least one
 * - `anyOf`: the attribute is a list and has any of these, of which there is at least one
 * - `least`, `most`: the attribute is of the same type and not below, not above. Texts compare by their UTF-8 bytes.
 */
export type Condition =
  | { readonly attribute: string; readonly oneOf: readonly (string | number | boolean)[] }
  | { readonly attribute: string; readonly anyOf: readonly string[] }
  | { readonly attribute: string; readonly least: string | number }
  | { readonly attribute: string; readonly most: string | number }

/** An expression for DynamoDB, with the names and values that stand for others in it. */
export interface Expression {
  readonly parts: readonly string[]
  readonly names: Record<string, string>
  readonly values: Item
}

/** All conditions as parts of a FilterExpression, to be joined by `and`. Names are `#c…`, values `:c…`. */
export function expressionOf(conditions: readonly Condition[]): Expression {
  const names: Record<string, string> = {}
  const values: Item = {}
  const parts = conditions.map((condition, index) => {
    const name = `#c${index}`
    names[name] = condition.attribute
    const given = valuesOf(condition).map((value, n) => {
      values[`:c${index}_${n}`] = attributeOf(value)
      return `:c${index}_${n}`
    })
    if ('oneOf' in condition) return `${name} in (${given.join(', ')})`
    if ('anyOf' in condition) {
      values[':cList'] = { S: 'L' } // of a text, `contains` would look for a part
      return `attribute_type(${name}, :cList) and (${given.map((value) => `contains(${name}, ${value})`).join(' or ')})`
    }
    return 'least' in condition ? `${name} >= ${given[0]}` : `${name} <= ${given[0]}`
  })
  return { parts, names, values }
}

/** Whether a row made from its state meets the condition, exactly as DynamoDB finds it. */
export function meets(row: Row, condition: Condition): boolean {
  const value = row[condition.attribute]
  if (value === undefined) return false
  if ('oneOf' in condition) return condition.oneOf.some((one) => one === value)
  if ('anyOf' in condition) return Array.isArray(value) && condition.anyOf.some((one) => value.includes(one))
  return 'least' in condition ? compare(value, condition.least) >= 0 : compare(value, condition.most) <= 0
}

function valuesOf(condition: Condition): readonly (string | number | boolean)[] {
  if ('oneOf' in condition) return condition.oneOf
  if ('anyOf' in condition) return condition.anyOf
  return ['least' in condition ? condition.least : condition.most]
}

/** Negative, zero or positive; NaN, which is none of them, where the two are of different types. */
function compare(value: unknown, bound: string | number): number {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound
  if (typeof value === 'string' && typeof bound === 'string')
    return Buffer.compare(Buffer.from(value), Buffer.from(bound))
  return Number.NaN
}
