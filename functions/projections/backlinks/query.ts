import { type Backlink, type BacklinkView, backlinksOfMission, backlinksOfStatement } from '#events/backlink.ts'
import { mission } from '#events/mission/kind.ts'
import { statement } from '#events/statement/kind.ts'
import { parseStream } from '#events/streams.ts'
import { type Page, type Paging, readList, type Shown, shownBy } from '../list.ts'
import type { Row } from '../row.ts'
import type { Views } from '../views.ts'
import { missionBacklinks, statementBacklinks, toStatement } from './rows.ts'

/** Who refers to a statement, the one recorded last first. @throws {InvalidCursor} {CursorExpired} */
export const listBacklinks = (
  views: Views,
  { statementId, ...paging }: { readonly statementId: string } & Paging,
): Promise<Page<BacklinkView>> =>
  readList(
    views,
    {
      name: statementBacklinks.name,
      filters: { statementId },
      partitions: [toStatement(statementId)],
      conditions: [],
      streamOf: (row) => row.streamId?.S ?? '',
      shown: (streamId) => (parseStream(streamId)?.kind === 'mission' ? ofMission : ofStatement),
    },
    paging,
  )

const ofStatement: Shown<BacklinkView> = shownBy(statementBacklinks, statement.fold, ({ state }, row) =>
  viewIn(backlinksOfStatement(idIn(row), state), row),
)
const ofMission: Shown<BacklinkView> = shownBy(missionBacklinks, mission.fold, ({ state }, row) =>
  viewIn(backlinksOfMission(idIn(row), state), row),
)

const idIn = ({ streamId }: Row): string => parseStream(String(streamId))?.id ?? ''

/** The reference that a row is of: of one version there is one to each statement. */
const viewIn = (backlinks: readonly Backlink[], { pk, sk }: Row): BacklinkView | undefined =>
  backlinks.find(({ to, view }) => toStatement(to) === pk && sk.endsWith(`#${view.version}`))?.view
