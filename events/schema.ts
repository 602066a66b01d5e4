import * as v from 'valibot'
import { slugPattern } from './streams.ts'

/** The largest integer that every JSON reader holds exactly, 2^53 − 1. */
export const maxInteger = Number.MAX_SAFE_INTEGER

/**
 * A strict object: a field it does not know is refused by name, each of them, and so is a list in its place
 * (valibot takes one for an object without fields).
 */
export function strict<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.StrictObjectSchema<Entries, undefined> {
  const schema = v.strictObject(entries)
  const run = schema['~run'].bind(schema)
  return Object.assign(schema, {
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      if (Array.isArray(dataset.value)) return run({ ...dataset, value: null }, config)
      const input = dataset.value
      const result = run(dataset, config)
      const stranger = result.issues?.find((issue) => isStranger(issue) && issue.path?.length === 1)
      if (!stranger || typeof input !== 'object' || input === null) return result
      const others = Object.keys(input).filter((key) => !Object.hasOwn(entries, key) && key !== stranger.input)
      for (const key of others) {
        const path = [{ type: 'object', origin: 'key', input, key, value: Reflect.get(input, key) }] as const
        result.issues?.push({ ...stranger, input: key, received: `"${key}"`, path: [...path] } as typeof stranger)
      }
      return result
    },
  })
}

/** Whether an issue says that a field is not known to its object. */
export const isStranger = (issue: v.BaseIssue<unknown>): boolean =>
  issue.type === 'strict_object' && issue.expected === 'never'

/**
 * One of several shapes, told apart by the fields that are given: what is wrong is then said of the shape that was
 * meant, and not of all. `fields` names for each shape a field that only it has; the first that is given decides.
 */
export function oneOf<const Options extends v.UnionOptions>(
  options: Options,
  fields: readonly string[],
): v.UnionSchema<Options, string> {
  const schema = v.union(options, `must be an object with one of ${fields.join(', ')}`)
  const run = schema['~run'].bind(schema)
  return Object.assign(schema, {
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      const given = dataset.value
      const meant =
        typeof given === 'object' && given !== null ? fields.findIndex((field) => Object.hasOwn(given, field)) : -1
      const option = options[meant]
      return option ? option['~run'](dataset, config) : run(dataset, config)
    },
  })
}

/** 1 to `max` characters (UTF-16 units), without lone surrogates: so every reader of the JSON hashes the same bytes. */
export const characters = (max: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, 'is empty'),
    v.maxLength(max, `is longer than ${max} characters`),
    v.check((value) => value.isWellFormed(), 'has a lone surrogate: it is not Unicode text'),
  )

/** As `characters`, and not blank. */
export const words = (max: number) =>
  v.pipe(
    characters(max),
    v.regex(/[^\s\u0085]/, 'is blank'), // U+0085 is White_Space, though not to JavaScript: an id of it would be of nothing
    v.description('Unicode text, not blank; a lone surrogate is refused'),
  )

/** A name, a role, a title. */
export const Name = words(500)
/** A reason or an explanation, in free words. */
export const Prose = words(4_000)
/** Words as printed. */
export const Quoted = words(20_000)

/** An id or slug, as it stands in URLs: 1 to 64 of `a-z`, `0-9` and `-`. */
export const Slug = v.pipe(v.string(), v.regex(slugPattern, 'is not an id: 1 to 64 of a-z, 0-9 and -'))

/** A whole number from `min` to 2^53 − 1. */
export const integer = (min: number) =>
  v.pipe(
    v.number(),
    v.integer('is not a whole number'),
    v.minValue(min, `is less than ${min}`),
    v.maxValue(maxInteger, `is more than ${maxInteger}`),
    v.check((value) => !Object.is(value, -0), 'is minus zero: write 0'),
  )

/** SHA-256 in lowercase hex. */
export const Sha256 = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lowercase hex'),
  v.metadata({ title: 'SHA-256', description: 'SHA-256 in lowercase hex' }),
)

/** A web address: http or https, absolute, without a user in it. Kept as given, as far as the URL Standard reads it. */
export const WebUrl = v.pipe(
  v.string(),
  v.maxLength(2_048, 'is longer than 2048 characters'),
  v.regex(/^https?:\/\/\S+$/, 'is not an http or https URL'),
  v.check(isWebUrl, 'is not a valid URL, or has a user or password in it'),
  v.description('An absolute http or https URL (WHATWG URL Standard), without user or password'),
  v.metadata({ examples: ['https://bulletin.example/2031/02/14/quiet-harbour'] }),
)

/** An instant, RFC 3339, kept as given: `2031-02-14T09:30:00Z`, `2031-02-14T10:30:00.5+01:00`. */
export const Instant = v.pipe(
  v.string(),
  v.maxLength(40, 'is longer than 40 characters'),
  v.regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/,
    'is not an instant as RFC 3339 has it, like 2031-02-14T09:30:00Z',
  ),
  v.check(dayExists, 'names a day that does not exist'),
  v.metadata({ description: 'An instant, RFC 3339, on a day that exists', examples: ['2031-02-14T09:30:00Z'] }),
)

/** A language, BCP 47: `en`, `ru`, `zh-Hans`. */
export const Language = v.pipe(
  v.string(),
  v.maxLength(100, 'is longer than 100 characters'),
  v.check(isLanguage, 'is not a language tag (BCP 47)'),
  v.metadata({ description: 'A language tag (BCP 47), well formed', examples: ['en', 'ru'] }),
)

export const Certainty = v.pipe(
  v.picklist(['certain', 'probable', 'possible']),
  v.description('How sure the reader is'),
)

export const Given = v.pipe(
  v.picklist(['stated', 'carried-over', 'inferred']),
  v.description("Whether it stands at this very place, earlier in the text, or only in a reader's reasoning"),
)

/** A member that a correction may replace, or take away by `null`. */
export const removable = <const Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(v.nullable(schema))

/** A list of `min` to `max` items. */
export const list = <const Item extends v.GenericSchema>(item: Item, max: number, min = 0) =>
  v.pipe(v.array(item), v.minLength(min, `has fewer than ${min}`), v.maxLength(max, `has more than ${max}`))

function isWebUrl(text: string): boolean {
  const url = text.isWellFormed() ? URL.parse(text) : null
  return url !== null && url.username === '' && url.password === ''
}

function dayExists(instant: string): boolean {
  const day = instant.slice(0, 10)
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}
