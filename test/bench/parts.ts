import { bundle } from './bundle.ts'
import type { Part } from './figure.ts'
import { replay } from './replay.ts'
import type { Size } from './size.ts'
import { statement } from './statement.ts'
import { store } from './store.ts'

/** Every part of the bench, in the order of the report. */
export const parts: Readonly<Record<string, (size: Size) => Promise<Part>>> = { store, statement, replay, bundle }
