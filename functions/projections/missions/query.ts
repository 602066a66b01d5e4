import { mission } from '#events/mission/kind.ts'
import { type MissionView, missionView } from '#events/mission/view.ts'
import { missionStream } from '#events/streams.ts'
import { type Page, type Paging, readList, shownBy } from '../list.ts'
import type { Views } from '../views.ts'
import { allMissions, missions } from './rows.ts'

const shown = shownBy(missions, mission.fold, missionView)

/** All missions, the one opened last first. @throws {InvalidCursor} {CursorExpired} */
export const listMissions = (views: Views, paging: Paging): Promise<Page<MissionView>> =>
  readList(
    views,
    {
      name: missions.name,
      partitions: [allMissions],
      conditions: [],
      filters: {},
      streamOf: (row) => missionStream(row.missionId?.S ?? ''),
      shown: () => shown,
    },
    paging,
  )
