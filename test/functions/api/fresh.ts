import {
  claim,
  contingent,
  dispute,
  lesson,
  membership,
  mission,
  missionPath,
  organization,
  otherStatementId,
  person,
  phase,
  statement,
  statementPath,
  translation,
} from './fixtures.ts'

type Told = readonly [path: string, json: object]

interface Fresh {
  readonly path?: string
  readonly thirdPath?: string
  readonly one: object
  readonly other: object
  readonly third: object
  /** What is to be told before the first, and after it before the third. */
  readonly before?: readonly Told[]
  readonly beforeThird?: readonly Told[]
}

const three = <Body>(body: (word: string) => Body) => ({ one: body('one'), other: body('other'), third: body('third') })
const reasons = three((reason) => ({ reason }))

/** New things of each kind: one to record, another under the same id, and a third. */
export function freshOf(operation: string): Fresh {
  switch (operation) {
    case 'recordDocument':
      return { path: '/documents/fresh', thirdPath: '/documents/third', one: {}, other: { title: 'T' }, third: {} }
    case 'registerActor':
      return { path: '/actors/fresh', thirdPath: '/actors/third', one: person, other: organization, third: person }
    case 'recordMembership':
      return three((membershipId) => ({ ...membership, membershipId }))
    case 'correctMembership':
      return three((role) => ({ reason: role, replaces: { role } }))
    case 'mergeActor': {
      const beforeThird: Told[] = [['/actors/mira-kovan/merge/withdrawal', { reason: 'before' }]]
      return { ...three((reason) => ({ into: 'jonas-ferrow', reason })), beforeThird }
    }
    case 'undoMerge': {
      const merge = (reason: string): Told[] => [['/actors/mira-kovan/merge', { into: 'jonas-ferrow', reason }]]
      return { ...reasons, before: merge('before'), beforeThird: merge('before the third') }
    }
    case 'recordStatement': {
      const words = (text: string) => ({ ...statement, fragments: [{ mode: 'direct', text }] })
      return { one: words('gone'), other: { ...words('gone'), language: 'de' }, third: words('home') }
    }
    case 'correctStatement': {
      const languages = { one: 'fr', other: 'cs', third: 'pl' } as Record<string, string>
      return three((reason) => ({ reason, replaces: { language: languages[reason] } }))
    }
    case 'addTranslation':
      return three((translationId) => ({ ...translation, translationId }))
    case 'addSource': {
      const relate = (relation: string) => ({ documentId: 'letter-2031-02-15', relation })
      return { one: relate('based-on'), other: relate('translation-of'), third: { documentId: 'letter-2031-02-15' } }
    }
    case 'linkStatement': {
      const relate = (relation: string) => ({ statementId: otherStatementId, relation })
      return { one: relate('repeats'), other: relate('summarizes'), third: relate('contradicts') }
    }
    case 'readClaim':
      return three((claimId) => ({ ...claim, claimId }))
    case 'withdrawClaim': {
      const path = `${statementPath}/claims`
      return {
        ...reasons,
        path: `${path}/fresh/withdrawal`,
        thirdPath: `${path}/fresh-third/withdrawal`,
        before: [[path, { ...claim, claimId: 'fresh' }]],
        beforeThird: [[path, { ...claim, claimId: 'fresh-third' }]],
      }
    }
    case 'disputeStatement':
      return three((disputeId) => ({ ...dispute, disputeId }))
    case 'settleDispute': {
      const path = `${statementPath}/disputes`
      return {
        ...three((reason) => ({ outcome: 'upheld', reason })),
        path: `${path}/fresh/settlement`,
        thirdPath: `${path}/fresh-third/settlement`,
        before: [[path, { ...dispute, disputeId: 'fresh' }]],
        beforeThird: [[path, { ...dispute, disputeId: 'fresh-third' }]],
      }
    }
    case 'retractStatement':
      return three((reason) => ({ by: 'desk', reason }))
    case 'withdrawRetraction': {
      const retract = (reason: string): Told[] => [[`${statementPath}/retraction`, { by: 'speaker', reason }]]
      return { ...reasons, before: retract('before'), beforeThird: retract('before the third') }
    }
    case 'openMission':
      return {
        one: { ...mission, missionId: 'fresh' },
        other: { ...mission, missionId: 'fresh', names: ['Fresh'] },
        third: { ...mission, missionId: 'third' },
      }
    case 'recordPhase':
      return three((word) => ({ ...phase, reportId: `phase-${word}` }))
    case 'recordContingent':
      return three((word) => ({ ...contingent, reportId: `contingent-${word}` }))
    case 'recordLesson':
      return three((lessonId) => ({ ...lesson, lessonId }))
    case 'correctMission':
      return three((purpose) => ({ reason: purpose, replaces: { purpose } }))
    case 'retractPhase':
    case 'retractContingent':
    case 'retractLesson':
      return reasons
    case 'closeMission':
      return { ...reasons, beforeThird: [[`${missionPath}/closure/withdrawal`, { reason: 'before' }]] }
    case 'reopenMission': {
      const close = (reason: string): Told[] => [[`${missionPath}/closure`, { reason }]]
      return { ...reasons, before: close('before'), beforeThird: close('before the third') }
    }
    case 'withholdPayload':
      return {
        ...three((ground) => ({ ground })),
        path: '/events/mission-fresh-withheld/1/withholding',
        thirdPath: '/events/mission-third-withheld/1/withholding',
        before: [['/missions', { ...mission, missionId: 'fresh-withheld' }]],
        beforeThird: [['/missions', { ...mission, missionId: 'third-withheld' }]],
      }
    case 'addLogKey':
      return {
        one: { vkey: 'log.harbour-watch.example+2b0063df+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR' },
        other: { vkey: 'log.harbour-watch.example+08263966+AcqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58' },
        third: { vkey: 'log.harbour-watch.example+ef6bd505+AW56HN0psLeP0Tr0xVmP7/TvKpcWbjym8uT7/M2AUFvx' },
      }
    default:
      throw new Error(`Nothing fresh for ${operation}`)
  }
}
