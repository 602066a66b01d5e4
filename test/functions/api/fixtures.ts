import * as v from 'valibot'
import { RecordStatement } from '#events/statement/commands.ts'
import { statementId } from '#events/statement/id.ts'
import type { Served } from './served.ts'

/** A made-up bulletin of 2031, and what it reports. The first quotation stands at code points 0 to 26. */
export const text =
  'The harbour had been quiet, the deputy minister said on Wednesday. “[The watch] has gone home,” she added.'

export const bulletin = {
  kind: 'article',
  title: 'Quiet at the harbour',
  publisher: 'Ostmark Bulletin',
  publisherId: 'ostmark-bulletin',
  language: 'en',
  publishedOn: { edtf: '2031-02-14' },
}

export const statement = {
  documentId: 'bulletin-2031-02-14',
  speaker: { actorId: 'mira-kovan', role: 'Deputy Minister of Transport', roleGiven: 'stated' },
  saidOn: { verbatim: 'Wednesday', edtf: '2031-02-12', basis: 'the Wednesday before publication' },
  fragments: [{ mode: 'indirect', text: 'The harbour had been quiet', selector: { start: 0, end: 26 } }],
  language: 'en',
}

export const mission = { missionId: 'harbour-watch', names: ['Harbour Watch'], organization: 'ostmark-council' }

export const phase = {
  reportId: 'bulletin-mandated',
  phase: 'mandated',
  since: { edtf: '2031-02-06' },
  assertedBy: 'ostmark-bulletin',
}

export const person = { kind: 'person', name: 'Mira Kovan' }
export const organization = { kind: 'organization', name: 'Ostmark Bulletin' }

/** Puts on record who and what the fixtures refer to. */
export async function recordGround({ ask }: Served): Promise<void> {
  await ask('PUT', '/actors/mira-kovan', { json: person })
  await ask('PUT', '/actors/ostmark-bulletin', { json: organization })
  await ask('PUT', '/actors/ostmark-council', { json: { kind: 'organization', name: 'Council of Ostmark' } })
  await ask('PUT', '/documents/bulletin-2031-02-14', { json: { ...bulletin, text } })
}

/** Another statement of the bulletin, for others to refer to. */
export const otherStatement = { ...statement, fragments: [{ mode: 'direct', text: '[The watch] has gone home' }] }

export const idOf = (told: object) => statementId(v.parse(RecordStatement, told))
export const otherStatementId = idOf(otherStatement)
export const statementPath = `/statements/${idOf(statement)}`
export const missionPath = '/missions/harbour-watch'

export const membership = { membershipId: 'deputy', role: 'Deputy Minister', organization: 'ostmark-council' }
export const claim = {
  claimId: 'quiet',
  subject: { term: 'the harbour' },
  predicate: 'is',
  object: { term: 'quiet' },
  polarity: 'affirmed',
  evidence: { fragment: 0, start: 0, end: 26 },
  readBy: 'City desk',
}
export const source = { documentId: 'bulletin-2031-02-14' }
export const dispute = { disputeId: 'not-so', by: 'mira-kovan', ground: 'She said nothing of the harbour.', source }
export const contingent = {
  reportId: 'bulletin-boats',
  contributor: 'ostmark-council',
  personnel: { min: 40, max: 60 },
  unit: 'two boats',
  assertedBy: 'ostmark-bulletin',
}
export const lesson = { lessonId: 'come-early', text: 'To come before the ice.', status: 'to-be-learned' }
export const translation = {
  translationId: 'german',
  language: 'de',
  fragments: [{ fragment: 0, text: 'Im Hafen war es still' }],
}

/** Puts on record the other statement, which some writes refer to. */
export const recordOther = ({ ask }: Served) => ask('POST', '/statements', { json: otherStatement })
