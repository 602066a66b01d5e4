import { actors } from '#functions/projections/actors/rows.ts'
import { missionBacklinks, statementBacklinks } from '#functions/projections/backlinks/rows.ts'
import { claims } from '#functions/projections/claims/rows.ts'
import { mentions } from '#functions/projections/mentions/rows.ts'
import { missions } from '#functions/projections/missions/rows.ts'
import type { ReadModel } from '#functions/projections/row.ts'
import { statements } from '#functions/projections/statements/rows.ts'
import { ties } from '#functions/projections/ties/rows.ts'
import { withheldModels } from '#functions/projections/withheld/rows.ts'

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
