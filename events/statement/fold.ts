import type { Fold } from '../fold.ts'
import { type Recorded, recorded } from '../recorded.ts'
import { replaced } from '../replaces.ts'
import type { StatementCorrected, StatementEvent, StatementRecorded } from './events.ts'

/** What is on record in one statement's stream: what was recorded first, and each correction of it. */
export interface Statement {
  recorded?: Recorded<StatementRecorded>
  corrections: Recorded<StatementCorrected>[]
}

export const statementFold: Fold<Statement, StatementEvent> = {
  version: 1,
  initial: () => ({ corrections: [] }),
  evolve(state, event, at) {
    switch (event.type) {
      case 'StatementRecorded':
        state.recorded = recorded(event.data, at)
        return state
      case 'StatementCorrected':
        state.corrections.push(recorded(event.data, at))
        return state
    }
  },
}

/** The statement as it stands: as recorded, with every correction made. */
export const currentStatement = (
  { data }: Recorded<StatementRecorded>,
  corrections: Statement['corrections'],
): StatementRecorded => corrections.reduce((current, correction) => corrected(current, correction.data), data)

/** The statement with one more correction made; a list that is taken away is empty. */
export function corrected(
  current: StatementRecorded,
  { replaces }: { readonly replaces: StatementCorrected['replaces'] },
): StatementRecorded {
  const lists = { chain: [], topics: [], about: [] }
  return Object.assign(lists, replaced(current, replaces))
}
