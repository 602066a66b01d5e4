import { pointer } from '#events/pointer.ts'

/** A body that is not JSON, or that two readers could read differently. `message` says what is wrong, and where. */
export class MalformedBody extends Error {
  override readonly name = 'MalformedBody'
}

/** How deep arrays and objects may be nested. What we record needs 8; whoever walks a value later may recurse. */
export const deepest = 64

/**
 * The value of a JSON text (RFC 8259) in UTF-8, if it has exactly one meaning: `JSON.parse` takes the last of two
 * members with the same name, other readers the first, and a decoder that is not strict invents U+FFFD. Keys are
 * compared as they read, so `"a"` and `"\u0061"` are the same. A member `__proto__` is a member like any other.
 * @throws {MalformedBody}
 */
export const readStrictJson = (bytes: Uint8Array): unknown => parseStrictJson(decodeUtf8(bytes), 'body')

/** The same of a text that is a part of a body: `part` is what a refusal calls it. @throws {MalformedBody} */
export function parseStrictJson(text: string, part: string): unknown {
  if (text.trim() === '') throw new MalformedBody(`The ${part} is empty; a JSON object is expected.`)
  const value = parse(text, part)
  refuseDoubles(text, part)
  return value
}

/** @throws {MalformedBody} */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new MalformedBody('The body is not UTF-8.', { cause })
  }
}

function parse(text: string, part: string): unknown {
  // The engine would quote it, and nobody sees it.
  if (text.startsWith('\ufeff')) throw new MalformedBody(`The ${part} is not JSON: it begins with a byte order mark.`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The engine's message tells the place, and may quote the body: it goes back only to whoever sent that.
    throw new MalformedBody(`The ${part} is not JSON: ${cause instanceof Error ? cause.message : cause}.`, { cause })
  }
}

/** Walks the structure of a text that is known to be JSON, without recursion. */
function refuseDoubles(text: string, part: string) {
  const open: { names: Set<string> | undefined; name: string; index: number }[] = []
  let naming = false // whether the next string is a member's name
  for (let at = 0; at < text.length; at++) {
    const innermost = open.at(-1)
    switch (text[at]) {
      case '{':
      case '[':
        naming = text[at] === '{'
        open.push({ names: naming ? new Set() : undefined, name: '', index: 0 })
        if (open.length > deepest) throw new MalformedBody(`The ${part} is nested more than ${deepest} levels deep.`)
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        naming = innermost?.names !== undefined
        if (innermost) innermost.index++
        break
      case '"': {
        const end = closingQuote(text, at)
        if (naming && innermost?.names) {
          innermost.name = JSON.parse(text.slice(at, end + 1))
          if (innermost.names.has(innermost.name)) {
            throw new MalformedBody(`The ${part} gives ${pointerOf(open)} twice.`)
          }
          innermost.names.add(innermost.name)
          naming = false
        }
        at = end
      }
    }
  }
}

function closingQuote(text: string, opening: number): number {
  let at = opening + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** Where we are, as a JSON Pointer. */
const pointerOf = (open: readonly { names: Set<string> | undefined; name: string; index: number }[]) =>
  pointer(...open.map(({ names, name, index }) => (names ? name : index)))
