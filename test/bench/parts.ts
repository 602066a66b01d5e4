import { bundle } from './bundle.ts'
import { capacity } from './capacity.ts'
import type { Part } from './figure.ts'
import { growth } from './growth.ts'
import { local } from './local.ts'
import { missions } from './missions.ts'
import { replay } from './replay.ts'
import type { Size } from './size.ts'
import { statement } from './statement.ts'
import { store } from './store.ts'
import { verify } from './verify.ts'

/** Every part of the bench, in the order of the report. */
export const parts: Readonly<Record<string, (size: Size) => Promise<Part>>> = {
  store,
  statement,
  local,
  replay,
  verify,
  bundle,
  capacity,
  missions,
  growth,
}
