import { differences } from './differences.ts'

/** What a correction may say of a value: any member anew, or null to take an optional one away. */
export type Replaces<Value> = { readonly [Key in keyof Value]?: Value[Key] | null }

/**
 * The value with each member of `replaces` put in whole, and those given as null taken away. Changes neither.
 * Schemas see to it that a required member is never null.
 */
export function replaced<Value extends object>(value: Value, replaces: Replaces<Value>): Value {
  return Object.fromEntries(Object.entries({ ...value, ...replaces }).filter(([, member]) => member !== null)) as Value
}

/** What a whole value, told anew, replaces of `value`: each member that differs, null for one that it has no more. */
export function replacing<Value extends object>(value: Value, anew: Value): Replaces<Value> {
  const keys = [...new Set([...Object.keys(value), ...Object.keys(anew)])] as (keyof Value)[]
  const changed = keys.filter((key) => differences(value[key], anew[key]).length > 0)
  return Object.fromEntries(changed.map((key) => [key, anew[key] ?? null])) as Replaces<Value>
}
