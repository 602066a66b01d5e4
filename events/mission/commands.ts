import * as v from 'valibot'
import { MissionOpened, PhaseRecorded } from './events.ts'

/** The body of `POST /missions`. */
export const OpenMission = v.pipe(MissionOpened, v.title('OpenMission'))
export type OpenMission = v.InferOutput<typeof OpenMission>

/** The body of `POST /missions/{id}/phases`. */
export const RecordPhase = v.pipe(PhaseRecorded, v.title('RecordPhase'))
export type RecordPhase = v.InferOutput<typeof RecordPhase>

export type MissionCommand = { type: 'OpenMission'; data: OpenMission } | { type: 'RecordPhase'; data: RecordPhase }
