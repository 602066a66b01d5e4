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

/** Every write, with a body that is taken. `other` changes it so that it says something else under the same id. */
export const writes = [
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
  {
    operation: 'recordStatement',
    method: 'POST',
    path: '/statements',
    json: statement,
    other: { language: 'de' },
    id: /^s-[a-z2-7]{26}$/,
    scope: 'record',
    revising: 'record',
  },
  {
    operation: 'openMission',
    method: 'POST',
    path: '/missions',
    json: mission,
    other: { names: ['Watch'] },
    id: 'harbour-watch',
    scope: 'record',
    revising: 'record',
  },
  {
    operation: 'recordPhase',
    method: 'POST',
    path: '/missions/harbour-watch/phases',
    json: phase,
    other: { phase: 'deployed' },
    id: 'bulletin-mandated',
    scope: 'record',
    revising: 'record',
  },
] as const

/** New things of each kind: one to record, another under the same id, and a third. */
export function freshOf(operation: string): {
  path?: string
  thirdPath?: string
  one: object
  other: object
  third: object
} {
  switch (operation) {
    case 'recordDocument':
      return { path: '/documents/fresh', thirdPath: '/documents/third', one: {}, other: { title: 'T' }, third: {} }
    case 'registerActor':
      return { path: '/actors/fresh', thirdPath: '/actors/third', one: person, other: organization, third: person }
    case 'recordStatement': {
      const words = (text: string) => ({ ...statement, fragments: [{ mode: 'direct', text }] })
      return { one: words('gone'), other: { ...words('gone'), language: 'de' }, third: words('home') }
    }
    case 'openMission':
      return {
        one: { ...mission, missionId: 'fresh' },
        other: { ...mission, missionId: 'fresh', names: ['Fresh'] },
        third: { ...mission, missionId: 'third' },
      }
    case 'recordPhase':
      return {
        one: { ...phase, reportId: 'fresh' },
        other: { ...phase, reportId: 'other' },
        third: { ...phase, reportId: 'third' },
      }
    default:
      return {
        one: { reason: 'one', replaces: { language: 'fr' } },
        other: { reason: 'other', replaces: { language: 'cs' } },
        third: { reason: 'third', replaces: { language: 'pl' } },
      }
  }
}
