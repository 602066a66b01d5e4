import type { Folded } from '#events/fold.ts'
import { currentMission, type Mission } from '#events/mission/fold.ts'
import { standingPhases } from '#events/mission/in-phase.ts'
import { parseStream } from '#events/streams.ts'
import { firstWithheld } from '#events/withheld.ts'
import type { ReadModel, Row } from '../row.ts'

/** The list of all missions, those of an organization, and those sent to a host. */
export const allMissions = 'missions'
export const byOrganization = (actorId: string) => `missions-organization#${actorId}`
export const byHost = (actorId: string) => `missions-host#${actorId}`

/**
 * A mission in its lists, as corrected, by when it was opened. Reports add no rows: a row only says which phases there
 * are reports of that were not taken back. One whose opening is withheld is in the list of all.
 */
export const missions: ReadModel<Mission> = {
  name: 'missions',
  kind: 'mission',
  rows(folded: Folded<Mission>, streamId): Row[] {
    const { state } = folded
    const missionId = parseStream(streamId)?.id
    const first = state.opened ?? firstWithheld(folded)
    if (!first || !missionId) return []
    const place = { sk: `${first.recordedAt}#${missionId}`, missionId }
    if (!state.opened) return [{ pk: allMissions, ...place }]
    const { organization, hosts } = currentMission(state.opened)
    const phases = [...new Set(standingPhases(state).map(({ phase }) => phase))].sort()
    const row = { ...place, organization, phases }
    return [allMissions, byOrganization(organization), ...[...new Set(hosts)].map(byHost)].map((pk) => ({ pk, ...row }))
  },
}
