import { bounds } from '#events/edtf.ts'
import { type PhaseName, phases } from '#events/mission/events.ts'
import { type InPhase, inPhase, standingPhases } from '#events/mission/in-phase.ts'
import { mission } from '#events/mission/kind.ts'
import { type AnyMissionView, anyMissionView, type MissionView, missionView } from '#events/mission/view.ts'
import { missionStream } from '#events/streams.ts'
import { sameActors } from '../actors/merged.ts'
import type { Condition } from '../condition.ts'
import { begin, type Page, type Paging, readPage, shownBy } from '../list.ts'
import type { Views } from '../views.ts'
import { allMissions, byHost, byOrganization, missions } from './rows.ts'

/** What missions are asked by; all of it at once. */
export interface MissionFilters {
  /** Actor ids, which stand for all who are one with them. */
  readonly organization?: string | undefined
  readonly host?: string | undefined
  readonly phase?: PhaseName | undefined
  /** A date in EDTF, on all days of which the mission was in the phase, or in any. */
  readonly on?: string | undefined
  /** With `phase` or `on`: only what is certain. */
  readonly certainty?: 'certain' | undefined
}

/** A mission in a list; asked by phase or date, with how certain it is and by which reports. */
export type ListedMission = AnyMissionView | (MissionView & InPhase)

/**
 * Missions that all filters let through, the one opened last first. The list is read by the host where one is given,
 * because a host has fewer missions than an organization; else by the organization. Phases are judged by the state; the
 * rows leave out what has no report of the phase.
 * @throws {InvalidCursor} {CursorExpired} {TooManyMerged}
 */
export async function listMissions(
  views: Views,
  { limit, cursor, ...filters }: MissionFilters & Paging,
): Promise<Page<ListedMission>> {
  const begun = await begin(views, { name: missions.name, filters: { ...filters } }, cursor)
  const { partitions, conditions } = await listOf(views, begun.generation, filters)
  const shown = shownBy(missions, mission.fold, (folded): ListedMission | undefined => {
    if (filters.phase === undefined && filters.on === undefined) return anyMissionView(folded)
    const on = filters.on === undefined ? undefined : bounds(filters.on)
    const found = inPhase(standingPhases(folded.state), { phase: filters.phase, on })
    if (!found || (filters.certainty && found.certainty !== filters.certainty)) return undefined
    return { ...missionView(folded), ...found }
  })
  const list = { partitions, conditions, shown: () => shown }
  return readPage(views, begun, { ...list, streamOf: (row) => missionStream(row.missionId?.S ?? '') }, limit)
}

async function listOf(views: Views, generation: number, { organization, host, phase, on }: MissionFilters) {
  const resolved = (actorId: string | undefined) =>
    actorId === undefined ? undefined : sameActors(views, generation, actorId)
  const [organizations, hosts] = await Promise.all([resolved(organization), resolved(host)])
  const partitions = hosts?.map(byHost) ?? organizations?.map(byOrganization) ?? [allMissions]
  const conditions: Condition[] = []
  if (hosts && organizations) conditions.push({ attribute: 'organization', oneOf: organizations })
  if (phase !== undefined || on !== undefined) {
    conditions.push({ attribute: 'phases', anyOf: phase === undefined ? phases : [phase] })
  }
  return { partitions, conditions }
}
