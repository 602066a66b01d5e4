import { RecordMembership, RegisterActor } from '#events/actor/commands.ts'
import { describeText } from '#events/document/text.ts'
import { parseBody } from '#events/validate.ts'

export const register = (changes: object = {}) =>
  ({
    type: 'RegisterActor',
    data: { actorId: 'mira-kovan', ...parseBody(RegisterActor, { kind: 'person', name: 'Mira Kovan', ...changes }) },
  }) as const
export const registered = (changes: object = {}) => ({ type: 'ActorRegistered', data: register(changes).data }) as const

const text = 'She was deputy minister from 1 March to 9 June.'
export const bulletin = { documents: { bulletin: [text] } }
export const { sha256 } = describeText(text)
export const membership = (changes: object = {}) =>
  ({
    type: 'RecordMembership',
    data: parseBody(RecordMembership, { membershipId: 'deputy', role: 'Deputy Minister', ...changes }),
  }) as const
export const held = (changes: object = {}) => ({ type: 'MembershipRecorded', data: membership(changes).data }) as const
