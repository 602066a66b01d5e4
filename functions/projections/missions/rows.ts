import type { Folded } from '#events/fold.ts'
import type { Mission } from '#events/mission/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** The list of all missions. */
export const allMissions = 'missions'

/** A mission in its list, by when it was opened. Reports add no rows. */
export const missions: ReadModel<Mission> = {
  name: 'missions',
  kind: 'mission',
  rows({ state }: Folded<Mission>, streamId): Row[] {
    const missionId = parseStream(streamId)?.id
    if (!state.opened || !missionId) return []
    return [{ pk: allMissions, sk: `${state.opened.recordedAt}#${missionId}`, missionId }]
  },
}
