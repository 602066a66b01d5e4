import * as v from 'valibot'
import { pointer } from './pointer.ts'
import { type FieldError, InvalidInput } from './refusal.ts'
import { isStranger } from './schema.ts'

/**
 * The value as the schema has it, with what it fills in.
 * @throws {InvalidInput} with every wrong field, each by its JSON Pointer
 */
export function parseBody<const Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  throw new InvalidInput(fieldErrors(result.issues))
}

/** What valibot's issues say, one error a field: the first that was found of it. */
export function fieldErrors(issues: readonly v.BaseIssue<unknown>[]): FieldError[] {
  const errors = Map.groupBy(issues.map(fieldError), ({ pointer }) => pointer).values()
  return [...errors].flatMap(([first]) => first ?? [])
}

/** @throws {InvalidInput} with these errors, if there are any */
export function refuseIfAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new InvalidInput(errors)
}

/** Rules of ours speak for themselves; valibot's own are put in plain words. */
function fieldError(issue: v.BaseIssue<unknown>): FieldError {
  const path = issue.path?.map((item) => item.key as string | number) ?? []
  return { pointer: pointer(...path), detail: detail(issue) }
}

function detail(issue: v.BaseIssue<unknown>): string {
  if (isStranger(issue)) return 'is not a field that is known here'
  if (issue.kind === 'validation' || issue.message.startsWith('must be')) return issue.message
  if (issue.received === 'undefined') return 'is required'
  const expected = issue.expected ?? 'something else'
  const choices = expected
    .replace(/[()"]/g, '')
    .split(' | ')
    .map((choice) => names[choice] ?? choice)
  return `must be ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`
}

const names: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
}
