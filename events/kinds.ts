import { actor } from './actor/kind.ts'
import { document } from './document/kind.ts'
import { mission } from './mission/kind.ts'
import { statement } from './statement/kind.ts'
import type { StreamKind } from './streams.ts'
import { withholdingShapes } from './withheld.ts'

/** Every kind of stream, by the word its streams' ids begin with. */
export const kinds = { document, actor, statement, mission } as const satisfies Record<StreamKind, unknown>

/** Every type of event that is stored, with the shape number under which it is stored now. */
export const shapes: Readonly<Record<string, number>> = Object.assign(
  {},
  withholdingShapes,
  ...Object.values(kinds).map((kind) => kind.shapes),
)
