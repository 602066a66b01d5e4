import type { Scope } from '#functions/access/scopes.ts'
import {
  claim,
  contingent,
  dispute,
  idOf,
  lesson,
  membership,
  mission,
  missionPath,
  otherStatementId,
  phase,
  source,
  statement,
  statementPath,
  translation,
} from './fixtures.ts'

/** A write, with a body that is taken once all before it were. */
export interface Write {
  readonly operation: string
  readonly method: 'PUT' | 'POST'
  readonly path: string
  readonly json: object
  /** Changes it so that it says something else under the same id; none where there is no id. */
  readonly other?: object
  /** What its answer names. */
  readonly id: string | RegExp
  readonly scope: Scope
  /** The scope with `If-Match`, where that is another. */
  readonly revising?: Scope
}

/** Every write. */
export const writes: readonly Write[] = [
  {
    operation: 'recordDocument',
    method: 'PUT',
    path: '/documents/letter-2031-02-15',
    json: { kind: 'letter', title: 'A letter' },
    other: { title: 'Another letter' },
    id: 'letter-2031-02-15',
    scope: 'record',
    revising: 'revise',
  },
  {
    operation: 'registerActor',
    method: 'PUT',
    path: '/actors/jonas-ferrow',
    json: { kind: 'person', name: 'Jonas Ferrow' },
    other: { name: 'Jon Ferrow' },
    id: 'jonas-ferrow',
    scope: 'record',
    revising: 'revise',
  },
  ...posts('/actors/mira-kovan', 'mira-kovan', [
    {
      operation: 'recordMembership',
      path: '/memberships',
      json: membership,
      other: { role: 'Minister' },
      id: 'deputy',
    },
    {
      operation: 'correctMembership',
      path: '/memberships/deputy/corrections',
      json: { reason: 'misread', replaces: { role: 'Deputy Minister of Transport' } },
      id: 'deputy',
      scope: 'revise',
    },
    {
      operation: 'mergeActor',
      path: '/merge',
      json: { into: 'jonas-ferrow', reason: 'a pen name' },
      scope: 'revise',
    },
    { operation: 'undoMerge', path: '/merge/withdrawal', json: { reason: 'two persons' }, scope: 'revise' },
  ]),
  {
    operation: 'recordStatement',
    method: 'POST',
    path: '/statements',
    json: statement,
    other: { language: 'de' },
    id: /^s-[a-z2-7]{26}$/,
    scope: 'record',
  },
  ...posts(statementPath, idOf(statement), [
    {
      operation: 'correctStatement',
      path: '/corrections',
      json: { reason: 'misread', replaces: { language: 'de' } },
      scope: 'revise',
    },
    {
      operation: 'addTranslation',
      path: '/translations',
      json: translation,
      other: { language: 'nl' },
      id: 'german',
    },
    {
      operation: 'addSource',
      path: '/sources',
      json: { documentId: 'letter-2031-02-15', relation: 'copy-of' },
    },
    {
      operation: 'linkStatement',
      path: '/links',
      json: { relation: 'same-utterance', statementId: otherStatementId },
    },
    { operation: 'readClaim', path: '/claims', json: claim, other: { polarity: 'negated' }, id: 'quiet' },
    {
      operation: 'withdrawClaim',
      path: '/claims/quiet/withdrawal',
      json: { reason: 'read too much into it' },
      other: { reason: 'misread' },
      id: 'quiet',
      scope: 'revise',
    },
    {
      operation: 'disputeStatement',
      path: '/disputes',
      json: dispute,
      other: { ground: 'She was not there.' },
      id: 'not-so',
      scope: 'revise',
    },
    {
      operation: 'settleDispute',
      path: '/disputes/not-so/settlement',
      json: { outcome: 'rejected', reason: 'It is on tape.', source },
      other: { outcome: 'upheld' },
      id: 'not-so',
      scope: 'revise',
    },
    {
      operation: 'retractStatement',
      path: '/retraction',
      json: { by: 'publisher', reason: 'printed in error', source },
      scope: 'retract',
    },
    {
      operation: 'withdrawRetraction',
      path: '/retraction/withdrawal',
      json: { reason: 'printed again' },
      scope: 'retract',
    },
  ]),
  {
    operation: 'openMission',
    method: 'POST',
    path: '/missions',
    json: mission,
    other: { names: ['Watch'] },
    id: 'harbour-watch',
    scope: 'record',
  },
  ...posts(missionPath, 'harbour-watch', [
    { operation: 'recordPhase', path: '/phases', json: phase, other: { phase: 'deployed' }, id: 'bulletin-mandated' },
    {
      operation: 'recordContingent',
      path: '/contingents',
      json: contingent,
      other: { unit: 'three boats' },
      id: 'bulletin-boats',
    },
    {
      operation: 'recordLesson',
      path: '/lessons',
      json: lesson,
      other: { status: 'claimed-cause' },
      id: 'come-early',
    },
    {
      operation: 'correctMission',
      path: '/corrections',
      json: { reason: 'misread', reportId: 'bulletin-mandated', replaces: { since: { edtf: '2031-02~' } } },
      id: 'bulletin-mandated',
      scope: 'revise',
    },
    {
      operation: 'retractPhase',
      path: '/phases/bulletin-mandated/retraction',
      json: { reason: 'another mission' },
      id: 'bulletin-mandated',
      scope: 'retract',
    },
    {
      operation: 'retractContingent',
      path: '/contingents/bulletin-boats/retraction',
      json: { reason: 'another mission' },
      id: 'bulletin-boats',
      scope: 'retract',
    },
    {
      operation: 'retractLesson',
      path: '/lessons/come-early/retraction',
      json: { reason: 'nobody said so' },
      id: 'come-early',
      scope: 'retract',
    },
    {
      operation: 'closeMission',
      path: '/closure',
      json: { reason: 'gone home', on: { edtf: '2031-02-12' } },
      scope: 'revise',
    },
    { operation: 'reopenMission', path: '/closure/withdrawal', json: { reason: 'it came back' }, scope: 'revise' },
  ]),
  {
    operation: 'withholdPayload',
    method: 'POST',
    path: '/events/actor-ostmark-council/1/withholding',
    json: { ground: 'By order of the court', authority: 'District court of Port Ostmark' },
    other: { ground: 'At her own request' },
    id: 'ostmark-council',
    scope: 'admin',
  },
  {
    operation: 'addLogKey',
    method: 'POST',
    path: '/log/keys',
    json: { vkey: 'log.harbour-watch.example+b7b60255+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c' },
    id: 'log-keys',
    scope: 'admin',
  },
]

/** Writes to what is at `path`. Where nothing else is said, they take the scope `record` and name what they are of. */
function posts(
  path: string,
  id: string,
  told: readonly (Omit<Write, 'method' | 'id' | 'scope'> & Partial<Pick<Write, 'id' | 'scope'>>)[],
): Write[] {
  return told.map((one) => ({ id, scope: 'record', ...one, method: 'POST', path: `${path}${one.path}` }))
}
