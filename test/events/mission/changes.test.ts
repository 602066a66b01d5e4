import { describe, it } from 'vitest'
import { describeText } from '#events/document/text.ts'
import type { MissionEvent } from '#events/mission/events.ts'
import { mission } from '#events/mission/kind.ts'
import { given } from '../../support/given.ts'
import { contingent, correct, corrected, learned, lesson, numbered, open, opened, phase, reported } from './fixtures.ts'

const text = 'The watch went out on 1 February and came home in March.'
const { sha256 } = describeText(text)
const letter = { documents: { bulletin: [text], letter: ['Nothing of that.'] } }
const read = [{ documentId: 'bulletin', documentSha256: sha256 }]

describe('reporting a contingent', () => {
  it('keeps who sends how many to where', () => {
    const said = {
      contributor: 'westmark',
      personnel: { min: 120, max: 150 },
      unit: 'two companies',
      place: { name: 'North Quay', geo: 'geo:43.238,76.945', headquarters: true },
      on: { verbatim: '1 February', selector: { start: 22, end: 32 }, edtf: '2031-02-01' },
    }
    given(mission, [opened()], letter)
      .when(contingent('c-1', { ...said, evidence: [{ documentId: 'bulletin' }] }))
      .thenAdds(numbered('c-1', { ...said, evidence: read }))
  })

  it('must find the mission opened', () => given(mission, []).when(contingent('c-1')).thenRefused('mission-not-opened'))

  it('adds nothing when told the same again, and says where it is told differently', () => {
    const history = [opened(), numbered('c-1'), numbered('constructor')]
    given(mission, history).when(contingent('constructor')).thenAlready(3)
    given(mission, history)
      .when(contingent('c-1', { personnel: { min: 1 } }))
      .thenRefused('already-recorded', { differences: ['#/personnel'] })
  })

  it('has an id that no phase has', () => {
    given(mission, [opened(), reported('r')])
      .when(contingent('r'))
      .thenRefused('already-recorded', { differences: ['#/phase'] })
    given(mission, [opened(), numbered('r')])
      .when(phase('r'))
      .thenRefused('already-recorded', { differences: ['#/phase'] })
  })

  it('refers only to what is on record, and is read where its words stand', () => {
    given(mission, [opened()], { absent: ['actor-westmark', 'actor-bulletin'] })
      .when(contingent('c-1', { contributor: 'westmark' }))
      .thenInvalid('#/contributor', '#/assertedBy')
    given(mission, [opened()], letter)
      .when(
        contingent('c-1', {
          on: { verbatim: '1 February', selector: { start: 0, end: 10 } },
          evidence: [{ documentId: 'bulletin' }],
        }),
      )
      .thenInvalid('#/on/selector')
  })
})

describe('recording a lesson', () => {
  it('keeps it with the statements that say so', () => {
    const said = { statementIds: ['s-1', 's-2'] }
    given(mission, [opened()]).when(lesson(said)).thenAdds(learned(said))
    given(mission, [opened(), learned(said)])
      .when(lesson(said))
      .thenAlready(2)
    given(mission, [opened(), learned(said)])
      .when(lesson({ status: 'claimed-result' }))
      .thenRefused('already-recorded', { differences: ['#/statementIds', '#/status'] })
  })

  it('refers only to statements on record', () =>
    given(mission, [opened()], { absent: ['statement-s-2'] })
      .when(lesson({ statementIds: ['s-1', 's-2'] }))
      .thenInvalid('#/statementIds/1'))
})

describe('a correction', () => {
  const history = [
    opened({ purpose: 'To watch', hosts: ['ostmark'] }),
    reported('b-1', { since: { edtf: '2031-02' }, until: { edtf: '2031-03' } }),
    numbered('c-1', { personnel: { min: 120 } }),
    learned({ statementIds: ['s-1'] }),
  ]

  it('is of the mission, of a phase, of a contingent or of a lesson, as it names them', () => {
    for (const [type, target, replaces] of [
      ['MissionCorrected', {}, { names: ['Hafenwacht'], purpose: null, hosts: null }],
      ['PhaseCorrected', { reportId: 'b-1' }, { phase: 'extended', until: null, by: 'ostmark' }],
      ['ContingentCorrected', { reportId: 'c-1' }, { personnel: { min: 12, max: 120 }, unit: 'one company' }],
      ['LessonCorrected', { lessonId: 'early-mandate' }, { status: 'claimed-result', statementIds: null }],
    ] as const) {
      given(mission, history)
        .when(correct(target, replaces))
        .thenAdds(corrected(type, target, replaces))
      given(mission, [...history, corrected(type, target, replaces)])
        .when(correct(target, replaces))
        .thenAlready(5)
      given(mission, [...history, corrected(type, target, replaces)])
        .when(correct(target, replaces, 'Anew'))
        .thenRefused('nothing-to-correct')
    }
  })

  it('may not replace what the thing does not have, nor take away what it must have', () => {
    given(mission, history)
      .when(correct({}, { since: { edtf: '2031' }, text: 'x' }))
      .thenInvalid('#/replaces/since', '#/replaces/text')
    given(mission, history)
      .when(correct({ reportId: 'b-1' }, { personnel: null, assertedBy: null }))
      .thenInvalid('#/replaces/assertedBy', '#/replaces/personnel')
    given(mission, history)
      .when(correct({ reportId: 'c-1' }, { by: 'ostmark' }))
      .thenInvalid('#/replaces/by')
    given(mission, history)
      .when(correct({ lessonId: 'early-mandate' }, { evidence: [] }))
      .thenInvalid('#/replaces/evidence')
  })

  it('is of what is on record', () => {
    given(mission, [])
      .when(correct({}, { purpose: 'x' }))
      .thenRefused('mission-not-opened')
    given(mission, history)
      .when(correct({ reportId: 'constructor' }, { by: 'ostmark' }))
      .thenRefused('report-not-recorded')
    given(mission, history)
      .when(correct({ lessonId: 'b-1' }, { text: 'x' }))
      .thenRefused('lesson-not-recorded')
  })

  it('cannot make a phase begin after its end, as that was recorded', () => {
    given(mission, history)
      .when(correct({ reportId: 'b-1' }, { since: { edtf: '2031-04' } }))
      .thenInvalid('#/replaces/since')
    given(mission, history)
      .when(correct({ reportId: 'b-1' }, { until: { edtf: '2031-01-31' } }))
      .thenInvalid('#/replaces/until')
    given(mission, history)
      .when(correct({ reportId: 'b-1' }, { since: { edtf: '2032' }, until: { edtf: '2031' } }))
      .thenInvalid('#/replaces/since', '#/replaces/until')
    given(mission, history)
      .when(correct({ reportId: 'b-1' }, { since: { edtf: '2031-04' }, until: null }))
      .thenAdds(corrected('PhaseCorrected', { reportId: 'b-1' }, { since: { edtf: '2031-04' }, until: null }))
  })

  it('refers only to what is on record', () => {
    const world = { absent: ['actor-westmark', 'statement-s-9', 'document-letter'] }
    given(mission, history, world)
      .when(correct({}, { organization: 'westmark', hosts: ['ostmark', 'westmark'] }))
      .thenInvalid('#/replaces/organization', '#/replaces/hosts/1')
    given(mission, history, world)
      .when(correct({ reportId: 'c-1' }, { contributor: 'westmark', evidence: [{ documentId: 'letter' }] }))
      .thenInvalid('#/replaces/contributor', '#/replaces/evidence/0/documentId')
    given(mission, history, world)
      .when(correct({ lessonId: 'early-mandate' }, { statementIds: ['s-1', 's-9'] }))
      .thenInvalid('#/replaces/statementIds/1')
  })

  it('keeps the revision that new evidence was read from, and is told again without it', () => {
    const evidence = [{ documentId: 'bulletin' }]
    given(mission, history, letter)
      .when(correct({ reportId: 'b-1' }, { evidence }))
      .thenAdds(corrected('PhaseCorrected', { reportId: 'b-1' }, { evidence: read }))
    given(mission, [...history, corrected('PhaseCorrected', { reportId: 'b-1' }, { evidence: read })], letter)
      .when(correct({ reportId: 'b-1' }, { evidence }))
      .thenAlready(5)
  })

  it('looks for the words of dates in the evidence, also of those that it leaves as they are', () => {
    const on = { verbatim: '1 February', selector: { start: 22, end: 32 } }
    const told = [
      opened({ context: { text: 'the storm', on }, evidence: read }),
      numbered('c-1', { on, evidence: read }),
    ]
    const off = { verbatim: '1 February', selector: { start: 0, end: 10 } }
    given(mission, told, letter)
      .when(correct({ reportId: 'c-1' }, { on: off }))
      .thenInvalid('#/replaces/on/selector')
    given(mission, told, letter)
      .when(correct({}, { context: { text: 'the storm', on: off } }))
      .thenInvalid('#/replaces/context/on/selector')
    for (const target of [{}, { reportId: 'c-1' }]) {
      given(mission, told, letter)
        .when(correct(target, { evidence: [{ documentId: 'letter' }] }))
        .thenInvalid('#/replaces')
    }
  })

  it('rests on what was corrected before', () => {
    const until = { edtf: '2031-12' }
    given(mission, [...history, corrected('PhaseCorrected', { reportId: 'b-1' }, { until })])
      .when(correct({ reportId: 'b-1' }, { since: { edtf: '2031-04' } }))
      .thenAdds(corrected('PhaseCorrected', { reportId: 'b-1' }, { since: { edtf: '2031-04' } }))
  })

  it('changes nothing of what is recorded again: that is compared with what was recorded first', () => {
    given(mission, [...history, corrected('PhaseCorrected', { reportId: 'b-1' }, { until: null })])
      .when(phase('b-1', { since: { edtf: '2031-02' }, until: { edtf: '2031-03' } }))
      .thenAlready(2)
    given(mission, [...history, corrected('MissionCorrected', {}, { purpose: null })])
      .when(open({ purpose: 'To watch', hosts: ['ostmark'] }))
      .thenAlready(1)
  })
})

describe('taking back', () => {
  const history = [opened(), reported('b-1'), numbered('c-1'), learned()]
  const back = {
    phase: { type: 'RetractPhase', data: { reportId: 'b-1', reason: 'Taken back' } },
    contingent: { type: 'RetractContingent', data: { reportId: 'c-1', reason: 'Taken back' } },
    lesson: { type: 'RetractLesson', data: { lessonId: 'early-mandate', reason: 'Taken back' } },
  } as const

  it('is of a phase, a contingent or a lesson, and adds nothing when told again', () => {
    for (const [type, command] of [
      ['PhaseRetracted', back.phase],
      ['ContingentRetracted', back.contingent],
      ['LessonRetracted', back.lesson],
    ] as const) {
      const event = { type, data: command.data } as MissionEvent
      given(mission, history).when(command).thenAdds(event)
      given(mission, [...history, event])
        .when(command)
        .thenAlready(5)
    }
  })

  it('may be meant again for another reason', () => {
    const data = { reportId: 'b-1', reason: 'The paper folded' }
    given(mission, [...history, { type: 'PhaseRetracted', data: back.phase.data }])
      .when({ type: 'RetractPhase', data })
      .thenAdds({ type: 'PhaseRetracted', data })
  })

  it('is of what is on record, and of its kind', () => {
    given(mission, []).when(back.phase).thenRefused('mission-not-opened')
    given(mission, [opened(), numbered('b-1')])
      .when(back.phase)
      .thenRefused('report-not-recorded')
    given(mission, [opened(), reported('c-1')])
      .when(back.contingent)
      .thenRefused('report-not-recorded')
    given(mission, [opened()]).when(back.lesson).thenRefused('lesson-not-recorded')
  })

  it('leaves the report on record: its id is not free, and it may be corrected', () => {
    const retracted = [...history, { type: 'PhaseRetracted', data: back.phase.data } as const]
    given(mission, retracted).when(phase('b-1')).thenAlready(2)
    given(mission, retracted)
      .when(correct({ reportId: 'b-1' }, { phase: 'withdrawn' }))
      .thenAdds(corrected('PhaseCorrected', { reportId: 'b-1' }, { phase: 'withdrawn' }))
  })
})

describe('closing a mission', () => {
  const close = (reason = 'All went home', on?: string) =>
    ({ type: 'CloseMission', data: { reason, ...(on === undefined ? {} : { on: { edtf: on } }) } }) as const
  const closed = (...said: Parameters<typeof close>) => ({ type: 'MissionClosed', data: close(...said).data }) as const
  const reopen = (reason = 'Sent back') => ({ type: 'ReopenMission', data: { reason } }) as const
  const reopened = (reason?: string) => ({ type: 'MissionReopened', data: reopen(reason).data }) as const

  it('says why and when, until it is reopened', () => {
    given(mission, [opened()]).when(close('All went home', '2031-03')).thenAdds(closed('All went home', '2031-03'))
    given(mission, [opened(), closed()]).when(reopen()).thenAdds(reopened())
    given(mission, []).when(close()).thenRefused('mission-not-opened')
  })

  it('has a day in the words it was given', () => {
    const on = { verbatim: 'in March', selector: { start: 0, end: 5, exact: 'March' } }
    given(mission, [opened()])
      .when({ type: 'CloseMission', data: { reason: 'All went home', on } })
      .thenInvalid('#/on/selector/exact')
  })

  it('is done once, and undone once', () => {
    given(mission, [opened(), closed()]).when(close()).thenAlready(2)
    given(mission, [opened(), closed()]).when(close('All went home', '2031-03')).thenRefused('mission-closed')
    given(mission, [opened()]).when(reopen()).thenRefused('mission-not-closed')
    given(mission, [opened(), closed(), reopened()]).when(reopen()).thenAlready(3)
    given(mission, [opened(), closed(), reopened()]).when(reopen('Truly')).thenRefused('mission-not-closed')
  })

  it('is meant again only for another reason', () => {
    const history = [opened(), closed(), reopened()]
    given(mission, history).when(close()).thenAlready(2)
    given(mission, history).when(close('Now truly')).thenAdds(closed('Now truly'))
  })

  it('closes nobody’s mouth: sources report late, and are corrected and taken back', () => {
    const history = [opened(), reported('b-1'), closed()]
    given(mission, history).when(phase('b-2')).thenAdds(reported('b-2'))
    given(mission, history).when(contingent('c-1')).thenAdds(numbered('c-1'))
    given(mission, history).when(lesson()).thenAdds(learned())
    given(mission, history)
      .when(correct({ reportId: 'b-1' }, { by: 'ostmark' }))
      .thenAdds(corrected('PhaseCorrected', { reportId: 'b-1' }, { by: 'ostmark' }))
  })
})
