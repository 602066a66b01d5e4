import fc from 'fast-check'
import type * as v from 'valibot'
import { parseBody } from '#events/validate.ts'

/** Few of each, so that commands of one run meet: the same again, another under the same id. */
export const slug = fc.constantFrom('a', 'constructor', '1')
export const words = fc.constantFrom('Quiet', 'Die Ha\u0308fen 🇴', '__proto__')
export const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })

/** Members that came out undefined are left out, as in JSON. */
export const json = <Value>(value: fc.Arbitrary<Value>) =>
  value.map((given) => JSON.parse(JSON.stringify(given)) as unknown)

export const dating = fc.record({
  verbatim: optional(words),
  edtf: fc.constantFrom('2031-02-01', '2031-02~', '[2031-01-19..]', '2031-01/..', 'XXXX-02-14', 'Y170000002'),
})
export const evidence = fc.array(
  fc.oneof(
    fc.record({ documentId: slug, selector: optional(fc.constant({ start: 0, end: 5 })) }),
    fc.record({ statementId: slug }),
  ),
  { maxLength: 2 },
)

/** `null` takes a member away. */
export const takenAway = (value: fc.Arbitrary<unknown>) => fc.oneof(value, fc.constant(null))
/** What is added to a stream goes by these: few, so that what is told once is met again. */
export const id = fc.constantFrom('constructor', '1', '0')
/** A command of that type, as its body is parsed. */
export const told = <Type extends string, Data extends object>(
  type: Type,
  schema: v.GenericSchema<unknown, Data>,
  shape: Record<string, fc.Arbitrary<unknown>>,
) => json(fc.record(shape)).map((body) => ({ type, data: parseBody(schema, body) }))
/** The same, where it may also be left out. */
export const taken = (value: fc.Arbitrary<unknown>) => optional(takenAway(value))
export const day = fc.constantFrom('2031-01-19', '2031-01~', '../2031-01-20').map((edtf) => ({ edtf }))
export const later = dating.filter(({ edtf }) => edtf.startsWith('2031-0') || edtf.startsWith('['))

/** A correction, with at least one member to replace. */
export const correcting = <Type extends string, Data extends object>(
  type: Type,
  schema: v.GenericSchema<unknown, Data>,
  ids: Record<string, fc.Arbitrary<unknown>>,
  replaces: Record<string, fc.Arbitrary<unknown>>,
) =>
  json(fc.record({ reason: words, ...ids, replaces: fc.record(replaces) }))
    .filter((body) => Object.keys((body as { replaces: object }).replaces).length > 0)
    .map((body) => ({ type, data: parseBody(schema, body) }))

/** Versions that may be the present one, or behind. */
export const from = fc.integer({ min: 1, max: 4 })
