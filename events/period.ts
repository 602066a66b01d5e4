import * as v from 'valibot'
import { type Dating, datingBounds } from './dating.ts'
import { certainlyBefore } from './edtf.ts'
import { pointer } from './pointer.ts'
import type { FieldError } from './refusal.ts'

/** What is wrong with each of two dates, where the period between them certainly ends before it begins. */
function problems<Value extends object>(value: Value, from: keyof Value & string, to: keyof Value & string) {
  const [begin, end] = [value[from], value[to]] as (Dating | undefined)[]
  if (!certainlyBefore(datingBounds(end), datingBounds(begin))) return []
  return [
    { key: from, message: `begins after ${to} ends` },
    { key: to, message: `ends before ${from} begins` },
  ]
}

/** The rule, for a schema, that a period does not certainly end before it begins. Both its dates are named. */
export const period = <Value extends object>(from: keyof Value & string, to: keyof Value & string) =>
  v.rawCheck<Value>(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.issues) return // a date that is none has no bounds
    const { value } = dataset
    for (const { key, message } of problems(value, from, to)) {
      const path = [{ type: 'object', origin: 'value', input: value as never, key, value: value[key] }] as const
      addIssue({ message, path: [...path] })
    }
  })

/** The same of a value as a correction leaves it; said of the dates that the correction brings. */
export const periodErrors = <Value extends object>(
  value: Value,
  from: keyof Value & string,
  to: keyof Value & string,
  replaces: object,
): FieldError[] =>
  problems(value, from, to)
    .filter(({ key }) => Object.hasOwn(replaces, key))
    .map(({ key, message }) => ({ pointer: pointer('replaces', key), detail: message }))
