import type { Kind } from '../decide.ts'
import { shapesOf } from '../upcast.ts'
import type { MissionCommand } from './commands.ts'
import { decideMission } from './decide.ts'
import type { MissionEvent } from './events.ts'
import { type Mission, missionFold } from './fold.ts'
import { missionReferences } from './references.ts'
import { missionLifts, missionUpcast } from './upcast.ts'

export const mission: Kind<Mission, MissionCommand, MissionEvent> = {
  fold: missionFold,
  upcast: missionUpcast,
  decide: decideMission,
  references: missionReferences,
  shapes: shapesOf(missionLifts),
}
