import { actors } from './actors/rows.ts'
import { missionBacklinks, statementBacklinks } from './backlinks/rows.ts'
import { claims } from './claims/rows.ts'
import { mentions } from './mentions/rows.ts'
import { missions } from './missions/rows.ts'
import type { ReadModel } from './row.ts'
import { statements } from './statements/rows.ts'
import { ties } from './ties/rows.ts'
import { withheldModels } from './withheld/rows.ts'

/** Every read model: a folder in `functions/projections/` and a line here. */
export const readModels: readonly ReadModel[] = [
  statements,
  statementBacklinks,
  missions,
  missionBacklinks,
  actors,
  mentions,
  claims,
  ties,
  ...withheldModels,
]

/**
 * Of all rows and kept states together. Raised whenever a row, or the version of a fold, changes: rows of two shapes
 * are never mixed in one generation.
 */
export const shape = 3
