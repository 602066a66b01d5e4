import type { Fold } from '../fold.ts'
import { own } from '../own.ts'
import { type Recorded, recorded } from '../recorded.ts'
import { replaced } from '../replaces.ts'
import type { SourceAdded, StatementLinked, TranslationAdded } from './beside.ts'
import type { ClaimRead, ClaimWithdrawn } from './claim.ts'
import type { DisputeSettled, StatementDisputed } from './dispute.ts'
import type { StatementCorrected, StatementEvent, StatementRecorded } from './events.ts'
import type { RetractionWithdrawn, StatementRetracted } from './retraction.ts'

/** A claim as it was read, and whether that was taken back. */
export interface Claim {
  read: Recorded<ClaimRead>
  withdrawn?: Recorded<ClaimWithdrawn>
}

export interface Dispute {
  disputed: Recorded<StatementDisputed>
  settled?: Recorded<DisputeSettled>
}

/** What is on record in one statement's stream: what was recorded first, each correction of it, and all beside it. */
export interface Statement {
  recorded?: Recorded<StatementRecorded>
  corrections: Recorded<StatementCorrected>[]
  /** By translationId. */
  translations: Record<string, Recorded<TranslationAdded>>
  sources: Recorded<SourceAdded>[]
  links: Recorded<StatementLinked>[]
  /** By claimId. */
  claims: Record<string, Claim>
  /** By disputeId. */
  disputes: Record<string, Dispute>
  retractions: Recorded<StatementRetracted>[]
  /** Each of every retraction before it. */
  withdrawals: Recorded<RetractionWithdrawn>[]
  /** Versions of the last retraction, and of the last withdrawal of all, whose payload is withheld: they are still made. */
  retractedWithheld?: number
  withdrawnWithheld?: number
}

export const statementFold: Fold<Statement, StatementEvent> = {
  version: 2,
  initial: () => ({
    corrections: [],
    translations: {},
    sources: [],
    links: [],
    claims: {},
    disputes: {},
    retractions: [],
    withdrawals: [],
  }),
  evolve(state, event, at) {
    switch (event.type) {
      case 'StatementRecorded':
        state.recorded = recorded(event.data, at)
        return state
      case 'StatementCorrected':
        state.corrections.push(recorded(event.data, at))
        return state
      case 'TranslationAdded':
        state.translations[event.data.translationId] = recorded(event.data, at)
        return state
      case 'SourceAdded':
        state.sources.push(recorded(event.data, at))
        return state
      case 'StatementLinked':
        state.links.push(recorded(event.data, at))
        return state
      case 'ClaimRead':
        state.claims[event.data.claimId] = { read: recorded(event.data, at) }
        return state
      case 'ClaimWithdrawn': {
        const claim = own(state.claims, event.data.claimId)
        if (claim) claim.withdrawn = recorded(event.data, at) // none where the claim itself is withheld
        return state
      }
      case 'StatementDisputed':
        state.disputes[event.data.disputeId] = { disputed: recorded(event.data, at) }
        return state
      case 'DisputeSettled': {
        const dispute = own(state.disputes, event.data.disputeId)
        if (dispute) dispute.settled = recorded(event.data, at) // as above
        return state
      }
      case 'StatementRetracted':
        state.retractions.push(recorded(event.data, at))
        return state
      case 'RetractionWithdrawn':
        state.withdrawals.push(recorded(event.data, at))
        return state
    }
  },
  pass(state, type, { version }) {
    if (type === 'StatementRetracted') state.retractedWithheld = version
    if (type === 'RetractionWithdrawn') state.withdrawnWithheld = version
    return state
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
