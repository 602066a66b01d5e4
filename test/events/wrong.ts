import type * as v from 'valibot'
import { expect } from 'vitest'
import { InvalidInput } from '#events/refusal.ts'
import { parseBody } from '#events/validate.ts'

/** The fields that a schema finds wrong, by pointer; none if it takes the value. */
export function wrong(schema: v.GenericSchema, value: unknown): string[] {
  try {
    parseBody(schema, value)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput)
    return (error as InvalidInput).errors.map(({ pointer }) => pointer)
  }
}
