import type { Fold } from '../fold.ts'
import { addCorrection, addRetraction, current, type Item, type Items } from '../item.ts'
import { own } from '../own.ts'
import { type Recorded, recorded } from '../recorded.ts'
import type { ContingentRecorded } from './contingent.ts'
import type { MissionClosed, MissionEvent, MissionOpened, MissionReopened, PhaseRecorded } from './events.ts'
import type { LessonRecorded } from './lesson.ts'

/** What is on record in one mission's stream. */
export interface Mission {
  opened?: Item<MissionOpened>
  /** By `reportId`, which no phase shares with a contingent. */
  phases: Items<PhaseRecorded>
  contingents: Items<ContingentRecorded>
  lessons: Items<LessonRecorded>
  /** Every closure there was, and every reopening. */
  closures: Recorded<MissionClosed>[]
  reopenings: Recorded<MissionReopened>[]
  /** The closure that stands. */
  closed?: Recorded<MissionClosed>
}

export const missionFold: Fold<Mission, MissionEvent> = {
  version: 2,
  initial: () => ({ phases: {}, contingents: {}, lessons: {}, closures: [], reopenings: [] }),
  evolve(state, event, at) {
    switch (event.type) {
      case 'MissionOpened':
        state.opened = recorded(event.data, at)
        break
      case 'MissionCorrected':
        addCorrection(state.opened, recorded(event.data, at))
        break
      case 'MissionClosed':
        state.closures.push(recorded(event.data, at))
        state.closed = recorded(event.data, at)
        break
      case 'MissionReopened':
        state.reopenings.push(recorded(event.data, at))
        delete state.closed
        break
      case 'PhaseRecorded':
        state.phases[event.data.reportId] = recorded(event.data, at)
        break
      case 'PhaseCorrected':
        addCorrection(own(state.phases, event.data.reportId), recorded(event.data, at))
        break
      case 'PhaseRetracted':
        addRetraction(own(state.phases, event.data.reportId), recorded(event.data, at))
        break
      case 'ContingentRecorded':
        state.contingents[event.data.reportId] = recorded(event.data, at)
        break
      case 'ContingentCorrected':
        addCorrection(own(state.contingents, event.data.reportId), recorded(event.data, at))
        break
      case 'ContingentRetracted':
        addRetraction(own(state.contingents, event.data.reportId), recorded(event.data, at))
        break
      case 'LessonRecorded':
        state.lessons[event.data.lessonId] = recorded(event.data, at)
        break
      case 'LessonCorrected':
        addCorrection(own(state.lessons, event.data.lessonId), recorded(event.data, at))
        break
      case 'LessonRetracted':
        addRetraction(own(state.lessons, event.data.lessonId), recorded(event.data, at))
        break
    }
    return state
  },
  pass(state, type) {
    if (type === 'MissionReopened') delete state.closed
    return state
  },
}

/** What takes the place of a list that a correction takes away. */
export const empty = {
  mission: { hosts: [], evidence: [] },
  report: { evidence: [] },
  lesson: { statementIds: [] },
}

/** Each as it stands, with every correction made. */
export const currentMission = (opened: Item<MissionOpened>): MissionOpened => current(opened, empty.mission)
export const currentPhase = (phase: Item<PhaseRecorded>): PhaseRecorded => current(phase, empty.report)
export const currentContingent = (report: Item<ContingentRecorded>): ContingentRecorded => current(report, empty.report)
export const currentLesson = (lesson: Item<LessonRecorded>): LessonRecorded => current(lesson, empty.lesson)
