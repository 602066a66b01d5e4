import { createHash } from 'node:crypto'
import type { Folded } from '#events/fold.ts'
import { jcs } from '#events/jcs.ts'
import { type ClaimRead, tiePredicates } from '#events/statement/claim.ts'
import type { Statement } from '#events/statement/fold.ts'
import { parseStream } from '#events/streams.ts'
import type { Term } from '#events/term.ts'
import type { ReadModel, Row } from '../row.ts'

/** The claims of ties that an actor is an end of. */
export const tiesOf = (actorId: string) => `tie#${actorId}`

/** An end of a tie: the id of an actor, or what else a claim names: a region, a value, a mission. */
export type End = string | Exclude<Term, { actorId: string }>

/** What ties have in common that are one: kind, ends and field. */
export interface TieKey {
  readonly kind: (typeof tiePredicates)[number]
  readonly from: End
  readonly to: End
  readonly field?: string
}

/**
 * The beginning of the sort key that ties of one group have: which kind, the other end, which way and in what field.
 * What may be long stands there by its hash.
 */
export const groupKey = ({ kind, from, to, field }: TieKey, way: 'from' | 'to'): string =>
  `${kind}#${endKey(way === 'from' ? to : from)}#${way}#${field === undefined ? '' : hashOf(field)}#`

/** An actor by its id, another end by the hash of what it says, so that nothing is taken for an id. */
const endKey = (end: End): string => (typeof end === 'string' ? end : `.${hashOf(jcs(end))}`)

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 16)

/** The tie that a claim is of; undefined where its predicate is none of ties, or no end is an actor. */
export function tieOf(claim: ClaimRead, statementId: string): TieKey | undefined {
  const kind = tiePredicates.find((known) => known === claim.predicate)
  const [from, to] = [endOf(claim.subject, statementId), endOf(claim.object, statementId)]
  if (!kind || (typeof from !== 'string' && typeof to !== 'string')) return undefined
  return { kind, from, to, ...(claim.field === undefined ? {} : { field: claim.field }) }
}

function endOf(term: Term, statementId: string): End {
  if ('actorId' in term) return term.actorId
  return 'claimId' in term ? { claimId: term.claimId, statementId: term.statementId ?? statementId } : term
}

/** A claim of a tie, at each end that is an actor, with the other end if that is one; a withdrawn claim is none. */
export const ties: ReadModel<Statement> = {
  name: 'ties',
  kind: 'statement',
  rows({ state }: Folded<Statement>, streamId): Row[] {
    const statementId = parseStream(streamId)?.id
    if (!state.recorded || !statementId) return []
    return Object.values(state.claims).flatMap(({ read, withdrawn }): Row[] => {
      const tie = withdrawn ? undefined : tieOf(read.data, statementId)
      if (!tie) return []
      const { claimId } = read.data
      const row = (way: 'from' | 'to'): Row[] => {
        const [actor, other] = way === 'from' ? [tie.from, tie.to] : [tie.to, tie.from]
        if (typeof actor !== 'string') return []
        const sk = `${groupKey(tie, way)}${statementId}#${claimId}`
        return [{ pk: tiesOf(actor), sk, statementId, claimId, ...(typeof other === 'string' ? { other } : {}) }]
      }
      return [...row('from'), ...row('to')]
    })
  },
}
