import { type Lifts, upcaster } from '../upcast.ts'
import type { MissionEvent } from './events.ts'

export const missionLifts: Lifts<MissionEvent> = { MissionOpened: [], PhaseRecorded: [] }
export const missionUpcast = upcaster<MissionEvent>(missionLifts)
