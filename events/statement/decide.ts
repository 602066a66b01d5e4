import type { Decide, Known } from '../decide.ts'
import type { Evidence } from '../evidence.ts'
import { own } from '../own.ts'
import { notAsEvidence, notAsReadIn, withRevision } from '../read-in.ts'
import { missing } from '../references.ts'
import { type FieldError, Refusal } from '../refusal.ts'
import { once, toldDifferently, unlessTold } from '../told.ts'
import { refuseIfAny } from '../validate.ts'
import type { StatementCommand } from './commands.ts'
import type { StatementEvent } from './events.ts'
import { corrected, currentStatement, type Statement } from './fold.ts'
import { placesInSource } from './places.ts'
import { correctable, recordable } from './recordable.ts'
import { statementReferences } from './references.ts'
import { isRetracted } from './status.ts'
import { alreadyReadFrom, itself, notAClaim, notInFragments } from './within.ts'

/** What is filled in here when a request does not say it. */
const filledIn = ['documentSha256']

/**
 * Told the same again, a command adds nothing, whatever came between. What cannot be right is found before what was
 * told differently, so that a selector off its words is named as such. A statement that is retracted or disputed is
 * still read, corrected and linked; and one that is retracted may be retracted by another too: each is recorded.
 * @throws {Refusal} `already-recorded` with the differences, `statement-not-recorded`, `dispute-not-recorded`,
 * `claim-not-recorded`, `nothing-to-correct`, `not-retracted`
 * @throws {InvalidInput} a reference that is not on record, a revision that is none, words or a selector off their text
 */
export const decideStatement: Decide<Statement, StatementCommand, StatementEvent> = (command, state, known) => {
  if (command.type === 'RecordStatement') {
    return once(state.recorded, command.data, filledIn, () => ({
      type: 'StatementRecorded',
      data: recordable(command, state, known),
    }))
  }
  if (!state.recorded) throw new Refusal('statement-not-recorded')
  const current = currentStatement(state.recorded, state.corrections)
  /** Refuses what refers to nothing, and what else is found. */
  const check = (...errors: readonly FieldError[]) =>
    refuseIfAny([...missing(statementReferences(command, state), known), ...errors])

  switch (command.type) {
    case 'CorrectStatement':
      return unlessTold(state.corrections, command.data, filledIn, () => {
        const data = correctable(command, state, known, current)
        if (toldDifferently(current, corrected(current, data)).length === 0) throw new Refusal('nothing-to-correct')
        return { type: 'StatementCorrected', data }
      })
    case 'AddTranslation': {
      const { data } = command
      return once(own(state.translations, data.translationId), data, filledIn, () => {
        check(...data.fragments.flatMap((part, index) => notInFragments(part, current, 'fragments', index)))
        return { type: 'TranslationAdded', data }
      })
    }
    case 'AddSource': {
      const { data } = command
      return unlessTold(state.sources, data, filledIn, () => {
        check(
          ...alreadyReadFrom(data.documentId, current),
          ...notAsReadIn(data, ['documentSha256'], placesInSource(data), known),
        )
        return { type: 'SourceAdded', data: withRevision(data, known) }
      })
    }
    case 'LinkStatement': {
      const { data } = command
      return unlessTold(state.links, data, filledIn, () => {
        check(...itself(data.statementId, state))
        return { type: 'StatementLinked', data }
      })
    }
    case 'ReadClaim': {
      const { data } = command
      return once(own(state.claims, data.claimId)?.read, data, filledIn, () => {
        check(...notAClaim(data, state, current, known))
        return { type: 'ClaimRead', data }
      })
    }
    case 'WithdrawClaim': {
      const claim = own(state.claims, command.data.claimId)
      if (!claim) throw new Refusal('claim-not-recorded')
      return once(claim.withdrawn, command.data, filledIn, () => ({ type: 'ClaimWithdrawn', data: command.data }))
    }
    case 'DisputeStatement': {
      const { data } = command
      return once(own(state.disputes, data.disputeId)?.disputed, data, filledIn, () => {
        check(...notAsEvidence(data.source, known, 'source'))
        return { type: 'StatementDisputed', data: sourced(data, known) }
      })
    }
    case 'SettleDispute': {
      const { data } = command
      const dispute = own(state.disputes, data.disputeId)
      if (!dispute) throw new Refusal('dispute-not-recorded')
      return once(dispute.settled, data, filledIn, () => {
        check(...(data.source ? notAsEvidence(data.source, known, 'source') : []))
        return { type: 'DisputeSettled', data: sourced(data, known) }
      })
    }
    case 'RetractStatement': {
      const { data } = command
      return unlessTold(state.retractions, data, filledIn, () => {
        check(...(data.source ? notAsEvidence(data.source, known, 'source') : []))
        return { type: 'StatementRetracted', data: sourced(data, known) }
      })
    }
    case 'WithdrawRetraction':
      return unlessTold(state.withdrawals, command.data, filledIn, () => {
        if (!isRetracted(state)) throw new Refusal('not-retracted')
        return { type: 'RetractionWithdrawn', data: command.data }
      })
  }
}

/** With the revision that its source was read from. */
const sourced = <Data extends { source?: Evidence }>(data: Data, known: Known): Data =>
  data.source ? { ...data, source: withRevision(data.source, known) } : data
