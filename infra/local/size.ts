/** An attribute value as it is on the wire, `{ S: '…' }`. */
export type AttributeValue = Readonly<Record<string, unknown>>
export type Item = Readonly<Record<string, AttributeValue>>

/** Bytes that DynamoDB counts of an item: names and values. Source: "DynamoDB item sizes and formats". */
export const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)

function valueSize(value: AttributeValue): number {
  const [[type, content] = ['NULL', true]] = Object.entries(value)
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string)
    case 'N':
      return numberSize(content as string)
    case 'B':
      return Buffer.from(content as string, 'base64').length
    case 'SS':
    case 'NS':
    case 'BS':
      return (content as string[]).reduce((sum, one) => sum + valueSize({ [type[0] as string]: one }), 0)
    case 'L':
      return (content as AttributeValue[]).reduce((sum, one) => sum + 1 + valueSize(one), 3)
    case 'M':
      return Object.entries(content as Item).reduce(
        (sum, [name, one]) => sum + 1 + Buffer.byteLength(name) + valueSize(one),
        3,
      )
    default:
      return 1 // BOOL, NULL
  }
}

/** A byte for two significant digits, one for the exponent, one for a minus. */
function numberSize(number: string): number {
  const digits = number
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '')
  return Math.ceil(digits.length / 2) + 1 + (number.startsWith('-') ? 1 : 0)
}

/** Units of one write of so many bytes: one for each KB begun, one at least. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024))
