import { type Json, Unsupported } from './intrinsics.ts'

/**
 * What the local cloud understands of a property: `used`, or one of a few values; a list or an object of shapes; or,
 * as a text, the reason why it needs no emulation. A property without a shape stops the start.
 */
export type Shape = typeof used | Only | string | readonly [Shape] | { readonly [property: string]: Shape }

/** Read and acted upon, whatever its value. */
export const used: unique symbol = Symbol('used')

/** Acted upon, and only these values are understood. */
export const only = (...values: Json[]): Only => ({ [allowed]: values })
const allowed = Symbol('allowed')
interface Only {
  readonly [allowed]: readonly Json[]
}

/** @throws {Unsupported} naming the first thing in `value`, which stands at `at`, that the shape does not know. */
export function understand(value: Json, shape: Shape, at: string): void {
  if (shape === used || typeof shape === 'string') return
  if (isOnly(shape)) {
    if (!shape[allowed].includes(value)) throw new Unsupported(at, JSON.stringify(value))
  } else if (isList(shape)) {
    if (!Array.isArray(value)) throw new Unsupported(at, `${JSON.stringify(value)} instead of a list`)
    value.forEach((one: Json, index) => {
      understand(one, shape[0], `${at}.${index}`)
    })
  } else {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw new Unsupported(at, `${JSON.stringify(value)} instead of an object`)
    }
    for (const [name, member] of Object.entries(value)) {
      const known = Object.hasOwn(shape, name) ? shape[name] : undefined
      if (known === undefined) throw new Unsupported(at, `the property ${name}`)
      understand(member, known, `${at}.${name}`)
    }
  }
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape)
const isOnly = (shape: Shape): shape is Only => typeof shape === 'object' && allowed in shape
