import { type Lifts, upcaster } from '../upcast.ts'
import type { MissionEvent } from './events.ts'

export const missionLifts: Lifts<MissionEvent> = {
  MissionOpened: [],
  MissionCorrected: [],
  MissionClosed: [],
  MissionReopened: [],
  PhaseRecorded: [],
  PhaseCorrected: [],
  PhaseRetracted: [],
  ContingentRecorded: [],
  ContingentCorrected: [],
  ContingentRetracted: [],
  LessonRecorded: [],
  LessonCorrected: [],
  LessonRetracted: [],
}
export const missionUpcast = upcaster<MissionEvent>(missionLifts)
