import * as v from 'valibot'
import { Dating } from '../dating.ts'
import { EvidenceList } from '../evidence.ts'
import { integer, Name, Prose, removable, Slug, strict } from '../schema.ts'
import { geoProblem } from './geo.ts'

/** How many, as far as a source bounds it. */
export const Personnel = v.pipe(
  strict({ min: v.exactOptional(integer(0)), max: v.exactOptional(integer(0)) }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.issues) return
    const { min, max } = dataset.value
    if (min === undefined && max === undefined) addIssue({ message: 'says nothing: give min, max or both' })
    if (min === undefined || max === undefined || min <= max) return
    const path = [{ type: 'object', origin: 'value', input: dataset.value, key: 'min', value: min }] as const
    addIssue({ message: 'is more than max', path: [...path] })
  }),
  v.title('Personnel'),
  v.description('How many: at least `min`, at most `max`. One of the two is given, and `min` is not above `max`.'),
)

/** Where. Source of `geo`: RFC 5870. */
export const Place = v.pipe(
  strict({
    name: v.pipe(Name, v.description('As the source names it')),
    geo: v.exactOptional(
      v.pipe(
        v.string(),
        v.maxLength(200, 'is longer than 200 characters'),
        v.rawCheck(({ dataset, addIssue }) => {
          const problem = dataset.typed && !dataset.issues ? geoProblem(dataset.value) : undefined
          if (problem) addIssue({ message: problem })
        }),
        v.description('A geo URI (RFC 5870) in WGS 84: latitude within ±90 degrees, longitude within ±180'),
        v.metadata({ examples: ['geo:43.238,76.945'] }),
      ),
    ),
    headquarters: v.exactOptional(v.pipe(v.boolean(), v.description('Whether the mission is led from there'))),
  }),
  v.title('Place'),
)

const required = {
  reportId: v.pipe(Slug, v.description('The caller’s, unique within the mission, over phases and contingents')),
  assertedBy: v.pipe(Slug, v.description('The actor whose report it is: publisher or speaker')),
}
const optional = {
  contributor: v.pipe(Slug, v.description('The actor that sends it')),
  personnel: Personnel,
  unit: v.pipe(Name, v.description('As the source names it: `two companies`')),
  place: Place,
  on: v.pipe(Dating, v.description('When it was so')),
}

/** One report of who sends how many to where. */
export const ContingentRecorded = v.pipe(
  strict({
    reportId: required.reportId,
    contributor: v.exactOptional(optional.contributor),
    personnel: v.exactOptional(optional.personnel),
    unit: v.exactOptional(optional.unit),
    place: v.exactOptional(optional.place),
    on: v.exactOptional(optional.on),
    assertedBy: required.assertedBy,
    evidence: EvidenceList,
  }),
  v.title('ContingentRecorded'),
  v.description('A report of who sends how many to where.'),
)
export type ContingentRecorded = v.InferOutput<typeof ContingentRecorded>

/** What a correction may replace. */
export const contingentReplaces = {
  contributor: removable(optional.contributor),
  personnel: removable(optional.personnel),
  unit: removable(optional.unit),
  place: removable(optional.place),
  on: removable(optional.on),
  assertedBy: v.exactOptional(required.assertedBy),
  evidence: removable(EvidenceList.wrapped),
}

/** That our note of the report was wrong, and what stands instead. */
export const ContingentCorrected = v.pipe(
  strict({ reportId: required.reportId, reason: Prose, replaces: strict(contingentReplaces) }),
  v.title('ContingentCorrected'),
  v.description('Our note of the report was wrong: this stands instead.'),
)
export type ContingentCorrected = v.InferOutput<typeof ContingentCorrected>

/** That the report is taken back. It stays readable. */
export const ContingentRetracted = v.pipe(
  strict({ reportId: required.reportId, reason: Prose }),
  v.title('ContingentRetracted'),
  v.description('The report of a contingent is taken back. It stays readable.'),
)
export type ContingentRetracted = v.InferOutput<typeof ContingentRetracted>
