import * as v from 'valibot'
import { strict } from '#events/schema.ts'
import { fieldErrors } from '#events/validate.ts'
import { Problem, type ProblemBody } from '../problem.ts'
import { MalformedBody, parseStrictJson } from '../strict-json.ts'

/** Where what is recorded is written: all that an import may reach. */
export const pathPattern = /^\/(documents|actors|statements|missions|events)(\/[A-Za-z0-9_-]+)*$/

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is sent as a header: the route that the line goes to judges it. */
const HeaderText = v.pipe(v.string(), v.regex(/^[\x20-\x7e]*$/, 'is not printable ASCII'))

/** One line of an import: a write, as it would be sent by itself. Described in `schemas.ts`. */
export const ImportLine = strict({
  method: v.picklist(['PUT', 'POST']),
  // No dots, no escapes: what a URL would make something else of leads to no write.
  path: v.pipe(v.string(), v.regex(pathPattern, 'is not the path of a write, like /missions/harbour-watch/phases')),
  body: v.custom<Readonly<Record<string, unknown>>>(isObject, 'must be an object'),
  headers: v.exactOptional(
    strict({ 'If-Match': v.exactOptional(HeaderText), 'Idempotency-Key': v.exactOptional(HeaderText) }),
  ),
})
export type ImportLine = v.InferOutput<typeof ImportLine>

/** What one line of an import is answered. */
export interface ImportAnswer {
  /** Its number in what was sent, from 1; blank lines count, and are not answered. */
  readonly line: number
  readonly status: number
  /** As the write answers, where it was recorded now or before. */
  readonly id?: string
  readonly version?: number
  readonly location?: string
  /** Where it was refused or not tried: the body of that answer. */
  readonly problem?: ProblemBody
}

/**
 * A line, checked by itself: a mistake in it is its own.
 * @throws {MalformedBody} it is not JSON with exactly one meaning
 * @throws {Problem} it is not a line, or is to go where no write is
 */
export function readLine(text: string): ImportLine {
  const line = parseStrictJson(text, 'line')
  const { issues } = v.safeParse(ImportLine, line)
  if (!issues) return line as ImportLine // as it came: a schema's output leaves out a member named __proto__
  const errors = fieldErrors(issues)
  const [first] = errors
  throw new Problem('invalid-input', `Of the line itself, not of its body: ${first?.pointer} ${first?.detail}.`, {
    errors,
  })
}

/** The body as the line has it. JSON.stringify would make null of what no number holds, like `1e400`. */
export const bodyText = ({ body }: ImportLine): string =>
  JSON.stringify(body, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new MalformedBody('The line has a number beyond all that can be kept.')
    }
    return value
  })
