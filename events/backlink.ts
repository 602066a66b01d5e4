import * as v from 'valibot'
import { inOrder } from './item.ts'
import { currentLesson, type Mission } from './mission/fold.ts'
import { LessonRecorded } from './mission/lesson.ts'
import type { Recorded } from './recorded.ts'
import { StatementLinked } from './statement/beside.ts'
import type { Claim, Statement } from './statement/fold.ts'
import { statuses, statusOf } from './statement/status.ts'
import { viewedItem } from './view.ts'

const { corrected: _, ...at } = viewedItem
const from = {
  statementId: v.pipe(v.string(), v.description('The statement that refers to this one')),
  status: v.pipe(v.picklist(statuses), v.description('Of the statement that refers to this one')),
}

/** A reference to a statement from elsewhere, seen from the statement. */
export const BacklinkView = v.pipe(
  v.variant('kind', [
    v.strictObject({
      kind: v.literal('link'),
      ...from,
      relation: v.pipe(StatementLinked.pipe[0].entries.relation, v.description('What that statement does to this one')),
      ...at,
    }),
    v.strictObject({
      kind: v.literal('claim'),
      ...from,
      claimId: v.pipe(v.string(), v.description('The claim that names this statement’s')),
      terms: v.pipe(
        v.array(v.strictObject({ term: v.picklist(['subject', 'object']), claimId: v.string() })),
        v.description('Which term names which claim of this statement'),
      ),
      withdrawn: v.pipe(v.boolean(), v.description('Whether that reading was taken back')),
      ...at,
    }),
    v.strictObject({
      kind: v.literal('lesson'),
      missionId: v.pipe(v.string(), v.description('The mission whose lesson is tied to this statement')),
      lessonId: v.string(),
      status: v.pipe(v.picklist(['recorded', 'retracted']), v.description('Of the lesson')),
      lesson: v.pipe(LessonRecorded.pipe[0].entries.status, v.description('What the lesson is, as corrected')),
      ...at,
    }),
  ]),
  v.title('Backlink'),
  v.description('Who refers to a statement, and how. What was taken back is marked, and stays.'),
)
export type BacklinkView = v.InferOutput<typeof BacklinkView>

/** A reference, and the statement that it is to. */
export interface Backlink {
  readonly to: string
  readonly view: BacklinkView
}

/** What a statement refers to: other statements, by links and by claims whose terms name theirs. None is to itself. */
export function backlinksOfStatement(statementId: string, state: Statement): Backlink[] {
  if (!state.recorded) return [] // of what is withheld nothing is shown
  const from = { statementId, status: statusOf(state) }
  const links = state.links.map(({ data, ...recorded }): Backlink => {
    return { to: data.statementId, view: { kind: 'link', ...from, relation: data.relation, ...placeOf(recorded) } }
  })
  const claims = Object.values(state.claims).flatMap((claim) =>
    [...termsOf(claim)].map(([to, terms]): Backlink => {
      const { read, withdrawn } = claim
      const { claimId } = read.data
      return {
        to,
        view: { kind: 'claim', ...from, claimId, terms, withdrawn: withdrawn !== undefined, ...placeOf(read) },
      }
    }),
  )
  return [...links, ...claims].filter(({ to }) => to !== statementId)
}

/** Statements that a mission's lessons are tied to, as corrected. */
export function backlinksOfMission(missionId: string, state: Pick<Mission, 'opened' | 'lessons'>): Backlink[] {
  if (!state.opened) return []
  return inOrder(state.lessons).flatMap((item) => {
    const { lessonId, status: lesson, statementIds } = currentLesson(item)
    const status = item.retractions ? 'retracted' : 'recorded'
    const view = { kind: 'lesson', missionId, lessonId, status, lesson, ...placeOf(item) } as const
    return [...new Set(statementIds)].map((to) => ({ to, view }))
  })
}

/** By statement: which terms of a claim name which claims of it. */
function termsOf({ read: { data } }: Claim): Map<string, { term: 'subject' | 'object'; claimId: string }[]> {
  const named = (['subject', 'object'] as const).flatMap((term) => {
    const value = data[term]
    return 'claimId' in value && value.statementId !== undefined
      ? [{ to: value.statementId, term, claimId: value.claimId }]
      : []
  })
  const byStatement = Map.groupBy(named, ({ to }) => to)
  return new Map([...byStatement].map(([to, terms]) => [to, terms.map(({ term, claimId }) => ({ term, claimId }))]))
}

const placeOf = ({ version, recordedAt, recordedBy }: Omit<Recorded<unknown>, 'data'>) => ({
  version,
  recordedAt,
  recordedBy,
})
