import { datingBounds } from '#events/dating.ts'
import type { Folded } from '#events/fold.ts'
import type { StatementRecorded } from '#events/statement/events.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { statusOf } from '#events/statement/status.ts'
import { parseStream } from '#events/streams.ts'
import type { Term } from '#events/term.ts'
import { firstWithheld } from '#events/withheld.ts'
import type { ReadModel, Row } from '../row.ts'
import { saidAttributes, saidPlace } from './said.ts'

/**
 * What a list of statements can be asked by, the narrowest first. The first that is given is the key: a partition
 * `<filter>#<value>`. Its rows have the values of those after it as attributes, under their names, and of none before.
 */
export const keys = [
  'document',
  'occasion',
  'mission',
  'speaker',
  'agency',
  'topic',
  'organization',
  'onBehalfOf',
  'status',
  'mode',
] as const
export type Filter = (typeof keys)[number]

/** The list of all statements, and the same by when they changed last. */
export const allStatements = 'statements'
export const changedStatements = 'changed'

export const byFilter = (filter: Filter, value: string) => `${filter}#${value}`

/** How the sort keys of `changed` begin: positions as text that sorts. */
export const positionKey = (position: number) => String(position).padStart(16, '0')

/**
 * A statement in its lists, as corrected: by when it was first recorded, in each list that a value of it names; by the
 * days on which it can have been said; and by the last event of its stream. One that is withheld is in no list that its
 * words would lead to.
 */
export const statements: ReadModel<Statement> = {
  name: 'statements',
  kind: 'statement',
  rows(folded: Folded<Statement>, streamId, position): Row[] {
    const { state } = folded
    const statementId = parseStream(streamId)?.id
    const first = state.recorded ?? firstWithheld(folded)
    if (!first || !statementId) return []
    const { recordedAt } = first
    const current = state.recorded && currentStatement(state.recorded, state.corrections)
    const values = { ...none, status: [statusOf(state)], ...(current ? valuesOf(state, current) : {}) }
    const bounds = current?.saidOn && datingBounds(current.saidOn)
    const row = { sk: `${recordedAt}#${statementId}`, statementId, ...(bounds ? saidAttributes(bounds) : {}) }
    const rows: Row[] = [{ pk: allStatements, ...row }]
    rows.push({
      pk: changedStatements,
      ...row,
      ...after(-1, values),
      recordedAt,
      sk: `${positionKey(position)}#${statementId}`,
    })
    if (bounds) {
      const { partition, sk } = saidPlace(bounds)
      rows.push({ pk: partition, ...row, sk: `${sk}#${statementId}` })
    }
    for (const [index, filter] of keys.entries()) {
      const attributes = after(index, values)
      for (const value of values[filter]) rows.push({ pk: byFilter(filter, value), ...row, ...attributes })
    }
    return rows
  },
}

type Values = Readonly<Record<Filter, readonly string[]>>
const none = Object.fromEntries(keys.map((filter) => [filter, []])) as unknown as Values

/** What a statement is found by. A claim that was withdrawn counts for nothing. */
function valuesOf(state: Statement, current: StatementRecorded): Omit<Values, 'status'> {
  const { speaker, occasion, chain, topics, about, fragments } = current
  const claims = Object.values(state.claims).filter(({ withdrawn }) => !withdrawn)
  const terms = [...about, ...claims.flatMap(({ read }) => [read.data.subject, read.data.object])]
  return {
    document: distinct([current.documentId, ...state.sources.map(({ data }) => data.documentId)]),
    occasion: distinct([occasion?.occasionId]),
    mission: distinct(terms.map(missionIn)),
    speaker: [speaker.actorId],
    agency: distinct(chain.map(({ step, by }) => (step === 'report' ? by : undefined))),
    topic: distinct(topics),
    organization: distinct([speaker.organization]),
    onBehalfOf: distinct([speaker.onBehalfOf]),
    mode: distinct(fragments.map(({ mode }) => mode)),
  }
}

const missionIn = (term: Term) => ('missionId' in term ? term.missionId : undefined)

const distinct = (values: readonly (string | null | undefined)[]): string[] => [
  ...new Set(values.filter((value) => value !== undefined && value !== null)),
]

/** The attributes of rows by the filter at this place: values of those after it, where there are any. */
const after = (index: number, values: Values): Partial<Values> =>
  Object.fromEntries(
    keys.slice(index + 1).flatMap((filter) => (values[filter].length > 0 ? [[filter, values[filter]]] : [])),
  )
