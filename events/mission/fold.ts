import type { Fold } from '../fold.ts'
import { type Recorded, recorded } from '../recorded.ts'
import type { MissionEvent, MissionOpened, PhaseRecorded } from './events.ts'

/** What is on record in one mission's stream. */
export interface Mission {
  opened?: Recorded<MissionOpened>
  /** In the order in which they were recorded; each report's id stands once. */
  phases: Recorded<PhaseRecorded>[]
}

export const missionFold: Fold<Mission, MissionEvent> = {
  version: 1,
  initial: () => ({ phases: [] }),
  evolve(state, event, at) {
    switch (event.type) {
      case 'MissionOpened':
        state.opened = recorded(event.data, at)
        return state
      case 'PhaseRecorded':
        state.phases.push(recorded(event.data, at))
        return state
    }
  },
}
