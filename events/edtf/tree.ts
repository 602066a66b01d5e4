/** What a character before or after a part says of it: uncertain, approximate, or both. */
export type Qualifier = '' | '?' | '~' | '%'

/** A year, month or day with its qualifiers: those before it speak of it alone, those after it of all up to there. */
export interface Part {
  readonly before: Qualifier
  /** Digits, `X` for each that is not known. A year may have a sign, `Y`, an exponent, significant digits: `Y17E7`, `1950S2`. */
  readonly digits: string
  readonly after: Qualifier
}

/** A day, month, year, decade (three digits), century (two), or a grouping of months (21 to 41 in the month's place). */
export interface DateTree {
  readonly year: Part
  readonly month?: Part
  readonly day?: Part
}

/** `from` and `to` included. */
export interface RangeTree {
  readonly from: DateTree
  readonly to: DateTree
}

/** An end of an interval: a date, `..` for open, nothing for unknown. */
export type End = DateTree | 'open' | 'unknown'

/** An EDTF text taken apart, losing nothing: `formatEdtf(parseEdtf(text))` is `text`. */
export type EdtfTree =
  | { readonly form: 'date'; readonly date: DateTree }
  | { readonly form: 'interval'; readonly from: End; readonly to: End }
  | {
      /** `all` of the members, `{…}`, or `one` of them, `[…]`. */
      readonly form: 'all' | 'one'
      readonly members: readonly (DateTree | RangeTree)[]
      /** Whether days before the first, or after the last, are of the set: `[..1984]`, `[1984..]`. */
      readonly earlier: boolean
      readonly later: boolean
    }

const datePattern =
  /^([?~%]?)(-?[0-9X]{4}|-?\d{4}S\d+|-?\d{2,3}|Y-?\d+(?:E\d+)?(?:S\d+)?)([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?$/

/** Takes an EDTF text apart; undefined where its form is none of EDTF's. Whether its days exist is not looked at. */
export function parseEdtf(text: string): EdtfTree | undefined {
  const set = /^(\{|\[)(\.\.)?(.*?)(\.\.)?(\}|\])$/.exec(text)
  if (set) {
    const [, open, earlier, inner = '', later, close] = set
    const members = inner.split(',').map(parseMember)
    if ((open === '{') !== (close === '}') || !members.every((member) => member !== undefined)) return undefined
    return { form: open === '{' ? 'all' : 'one', members, earlier: earlier !== undefined, later: later !== undefined }
  }
  const ends = text.split('/')
  if (ends.length === 1) {
    const date = parseDate(text)
    return date && { form: 'date', date }
  }
  const [from, to] = ends.map(parseEnd)
  return ends.length === 2 && from && to ? { form: 'interval', from, to } : undefined
}

export function formatEdtf(tree: EdtfTree): string {
  if (tree.form === 'date') return formatDate(tree.date)
  if (tree.form === 'interval') return `${formatEnd(tree.from)}/${formatEnd(tree.to)}`
  const members = tree.members.map((member) =>
    'from' in member ? `${formatDate(member.from)}..${formatDate(member.to)}` : formatDate(member),
  )
  const inner = `${tree.earlier ? '..' : ''}${members.join(',')}${tree.later ? '..' : ''}`
  return tree.form === 'all' ? `{${inner}}` : `[${inner}]`
}

/** Every date that a tree names, in reading order. */
export function datesOf(tree: EdtfTree): DateTree[] {
  if (tree.form === 'date') return [tree.date]
  if (tree.form === 'interval') return [tree.from, tree.to].filter((end) => typeof end !== 'string')
  return tree.members.flatMap((member) => ('from' in member ? [member.from, member.to] : [member]))
}

function parseDate(text: string): DateTree | undefined {
  const found = datePattern.exec(text)
  if (!found) return undefined
  const part = (index: number): Part => ({
    before: found[index] as Qualifier,
    digits: found[index + 1] as string,
    after: found[index + 2] as Qualifier,
  })
  return {
    year: part(1),
    ...(found[5] === undefined ? {} : { month: part(4) }),
    ...(found[8] === undefined ? {} : { day: part(7) }),
  }
}

function parseMember(text: string): DateTree | RangeTree | undefined {
  const dots = text.indexOf('..')
  if (dots < 0) return parseDate(text)
  const [from, to] = [parseDate(text.slice(0, dots)), parseDate(text.slice(dots + 2))]
  return from && to && { from, to }
}

function parseEnd(text: string): End | undefined {
  if (text === '') return 'unknown'
  return text === '..' ? 'open' : parseDate(text)
}

const formatPart = ({ before, digits, after }: Part) => `${before}${digits}${after}`

const formatDate = ({ year, month, day }: DateTree) =>
  [year, month, day]
    .filter((part) => part !== undefined)
    .map(formatPart)
    .join('-')

function formatEnd(end: End): string {
  if (typeof end !== 'string') return formatDate(end)
  return end === 'open' ? '..' : ''
}
