import type { Folded } from '#events/fold.ts'
import { currentMission, type Mission } from '#events/mission/fold.ts'
import { standingPhases } from '#events/mission/in-phase.ts'
import { parseStream } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** The list of all missions, those of an organization, and those sent to a host. */
export const allMissions = 'missions'
export const byOrganization = (actorId: string) => `missions-organization#${actorId}`
export const byHost = (actorId: string) => `missions-host#${actorId}`

/**
 * A mission in its lists, as corrected, by when it was opened. Reports add no rows: a row only says which phases there
 * are reports of that were not taken back.
 */
export const missions: ReadModel<Mission> = {
  name: 'missions',
  kind: 'mission',
  rows({ state }: Folded<Mission>, streamId): Row[] {
    const missionId = parseStream(streamId)?.id
    if (!state.opened || !missionId) return []
    const { organization, hosts } = currentMission(state.opened)
    const phases = [...new Set(standingPhases(state).map(({ phase }) => phase))].sort()
    const row = { sk: `${state.opened.recordedAt}#${missionId}`, missionId, organization, phases }
    return [allMissions, byOrganization(organization), ...[...new Set(hosts)].map(byHost)].map((pk) => ({ pk, ...row }))
  },
}
