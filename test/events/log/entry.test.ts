import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CloudEvent } from '#events/envelope.ts'
import { jcs } from '#events/jcs.ts'
import { dataHash, entryOf, leafHash } from '#events/log/entry.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const source = 'urn:rapporteur:00000000-0000-4000-8000-000000000000'
const salt = 'AAECAwQFBgcICQoLDA0ODw'
const data = {
  reportId: 'report-1',
  phase: 'withdrawn',
  until: { edtf: '2031-02-06' },
  words: 'naïve 🚢',
  count: 3,
}

const event: CloudEvent = {
  specversion: '1.0',
  id: 'mission-harbour-watch/2',
  source,
  type: 'rapporteur.PhaseRecorded.v1',
  subject: 'mission-harbour-watch',
  time: '2031-02-06T09:14:03.127Z',
  datacontenttype: 'application/json',
  dataschema: `${source}:schemas:PhaseRecorded:v1`,
  recordedby: 'desk-a',
  commandid: 'c-01',
  datasalt: salt,
  datahash: 'A-715kPKbxO1aPU9_sJC2JwHfD5n_PnTs0YafGyoCcw',
  data,
}

describe('the bytes of a leaf, computed once by another program and frozen', () => {
  it('has the entry', () =>
    expect(text(entryOf(event))).toBe(
      '{"commandid":"c-01","datacontenttype":"application/json","datahash":"A-715kPKbxO1aPU9_sJC2JwHfD5n_PnTs0YafGyoCcw","dataschema":"urn:rapporteur:00000000-0000-4000-8000-000000000000:schemas:PhaseRecorded:v1","id":"mission-harbour-watch/2","recordedby":"desk-a","source":"urn:rapporteur:00000000-0000-4000-8000-000000000000","specversion":"1.0","subject":"mission-harbour-watch","time":"2031-02-06T09:14:03.127Z","type":"rapporteur.PhaseRecorded.v1"}',
    ))
  it('has the hash of the payload', () => expect(dataHash(salt, jcs(data))).toBe(event.datahash))
  it('has the leaf', () =>
    expect(Buffer.from(leafHash(entryOf(event))).toString('hex')).toBe(
      'e46cad2ec075be4985656c3ed8acf4fb6a914567b6af0cb5377b06aad1fd7b35',
    ))
})

describe('an entry', () => {
  it('is the same whatever the order of members, and whatever is left out of it', () =>
    fc.assert(
      fc.property(
        fc.shuffledSubarray(Object.entries(event), { minLength: Object.keys(event).length }),
        fc.record({
          data: fc.jsonValue(),
          data_base64: fc.string(),
          datasalt: fc.string(),
          position: fc.nat(),
          withheld: fc.nat(),
        }),
        (members, leftOut) => {
          const other = { ...Object.fromEntries(members), ...leftOut } as unknown as CloudEvent
          expect(text(entryOf(other))).toBe(text(entryOf(event)))
        },
      ),
    ))

  it('is the same once the payload is withheld', () => {
    const { data: _, datasalt: __, ...envelope } = event
    expect(text(entryOf({ ...envelope, withheld: 7 }))).toBe(text(entryOf(event)))
  })

  it('commits to every other attribute, also to one that comes later', () => {
    for (const name of Object.keys(event).filter((name) => !['data', 'datasalt'].includes(name))) {
      expect(text(entryOf({ ...event, [name]: 'other' } as CloudEvent)), name).not.toBe(text(entryOf(event)))
    }
    expect(text(entryOf({ ...event, traceparent: '00-1' } as CloudEvent))).toContain('"traceparent":"00-1"')
  })

  it('has 4,096 bytes at most', () => {
    const room = 4_096 - entryOf(event).length
    const longer = (by: number) => entryOf({ ...event, recordedby: event.recordedby + 'x'.repeat(by) })
    expect(longer(room)).toHaveLength(4_096)
    expect(() => longer(room + 1)).toThrow('4097 bytes')
  })
})

describe('the hash of a payload', () => {
  it('differs for every salt, so that it is not found by trying', () =>
    expect(dataHash('AAECAwQFBgcICQoLDA0OEA', jcs(data))).not.toBe(event.datahash))

  it('takes 16 bytes of salt, in the one form that base64url has for them', () => {
    expect(() => dataHash('AAECAwQFBgcICQoLDA0O', '{}')).toThrow('16 bytes')
    expect(() => dataHash('AAECAwQFBgcICQoLDA0ODw==', '{}')).toThrow('without padding')
    expect(() => dataHash('AAECAwQFBgcICQoLDA0ODx', '{}')).toThrow('16 bytes')
  })
})
