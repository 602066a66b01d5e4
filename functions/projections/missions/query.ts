import { mission } from '#events/mission/kind.ts'
import { type MissionView, missionView } from '#events/mission/view.ts'
import { missionStream } from '#events/streams.ts'
import { type Page, type Paging, readList } from '../list.ts'
import type { Views } from '../views.ts'
import { allMissions, missions } from './rows.ts'

/** All missions, the one opened last first. @throws {InvalidCursor} {CursorExpired} */
export const listMissions = (views: Views, paging: Paging): Promise<Page<MissionView>> =>
  readList(
    views,
    {
      model: missions,
      fold: mission.fold,
      partition: allMissions,
      where: {},
      filters: {},
      streamOf: (row) => missionStream(row.missionId?.S ?? ''),
      view: missionView,
    },
    paging,
  )
