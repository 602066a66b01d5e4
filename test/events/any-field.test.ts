import { readFileSync } from 'node:fs'
import type * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { ActorRevised, ActorsMerged, MergeUndone } from '#events/actor/events.ts'
import { MembershipCorrected, MembershipRecorded } from '#events/actor/membership.ts'
import { DocumentCorrected, DocumentRecorded, DocumentRevised } from '#events/document/events.ts'
import { ContingentCorrected, ContingentRecorded, ContingentRetracted } from '#events/mission/contingent.ts'
import {
  MissionClosed,
  MissionCorrected,
  MissionOpened,
  MissionReopened,
  PhaseCorrected,
  PhaseRecorded,
  PhaseRetracted,
} from '#events/mission/events.ts'
import { LessonCorrected, LessonRecorded, LessonRetracted } from '#events/mission/lesson.ts'
import { pointer } from '#events/pointer.ts'
import { SourceAdded, StatementLinked, TranslationAdded } from '#events/statement/beside.ts'
import { ClaimRead, ClaimWithdrawn } from '#events/statement/claim.ts'
import { DisputeSettled, StatementDisputed } from '#events/statement/dispute.ts'
import { StatementCorrected, StatementRecorded } from '#events/statement/events.ts'
import { RetractionWithdrawn, StatementRetracted } from '#events/statement/retraction.ts'
import { wrong } from './wrong.ts'

describe('whatever stands in a field', () => {
  const junk = [
    '',
    'x',
    '2031-02-30',
    '2031-03/2031-02',
    '\ud800',
    'x'.repeat(2_000),
    -1,
    1.5,
    2 ** 53,
    null,
    true,
    [],
    {},
  ]

  /** Every place of a value, from the outside in. */
  const places = (value: unknown, path: (string | number)[] = []): (string | number)[][] => [
    path,
    ...(typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) =>
          places(inner, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : []),
  ]
  const instead = (value: unknown, [key, ...rest]: (string | number)[], other: unknown): unknown => {
    if (key === undefined) return other
    const copy = structuredClone(value) as Record<string | number, unknown>
    copy[key] = instead(copy[key], rest, other)
    return copy
  }

  it.each([
    ['DocumentRecorded', DocumentRecorded],
    ['DocumentRevised', DocumentRevised],
    ['DocumentCorrected', DocumentCorrected],
    ['ActorRevised', ActorRevised],
    ['MembershipRecorded', MembershipRecorded],
    ['MembershipCorrected', MembershipCorrected],
    ['ActorsMerged', ActorsMerged],
    ['MergeUndone', MergeUndone],
    ['StatementRecorded', StatementRecorded],
    ['StatementCorrected', StatementCorrected],
    ['TranslationAdded', TranslationAdded],
    ['SourceAdded', SourceAdded],
    ['StatementLinked', StatementLinked],
    ['StatementDisputed', StatementDisputed],
    ['DisputeSettled', DisputeSettled],
    ['StatementRetracted', StatementRetracted],
    ['RetractionWithdrawn', RetractionWithdrawn],
    ['ClaimRead', ClaimRead],
    ['ClaimWithdrawn', ClaimWithdrawn],
    ['MissionOpened', MissionOpened],
    ['PhaseRecorded', PhaseRecorded],
    ['MissionCorrected', MissionCorrected],
    ['MissionClosed', MissionClosed],
    ['MissionReopened', MissionReopened],
    ['PhaseCorrected', PhaseCorrected],
    ['PhaseRetracted', PhaseRetracted],
    ['ContingentRecorded', ContingentRecorded],
    ['ContingentCorrected', ContingentCorrected],
    ['ContingentRetracted', ContingentRetracted],
    ['LessonRecorded', LessonRecorded],
    ['LessonCorrected', LessonCorrected],
    ['LessonRetracted', LessonRetracted],
  ] as const)('of %s, it is taken or refused by name, and nothing breaks', (name, schema: v.GenericSchema) => {
    const { data } = JSON.parse(readFileSync(`test/vectors/events/${name}.v1.json`, 'utf8'))
    expect(wrong(schema, data)).toEqual([])
    const tried = places(data).flatMap((path) =>
      junk.map((other) => [path, other, wrong(schema, instead(data, path, other))] as const),
    )
    expect(tried.length).toBeGreaterThanOrEqual(2 * junk.length)
    for (const [path, other, errors] of tried) {
      // Said of the field itself, of one inside or around it, or of its neighbour that it contradicts.
      const around = pointer(...path.slice(0, -1))
      for (const error of errors) expect([path, other, error.startsWith(around)]).toEqual([path, other, true])
    }
  })
})
