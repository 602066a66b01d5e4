import type { Path } from '../references.ts'
import { datingPlace, type Place, spanPlace } from '../resolve.ts'
import type { SourceAdded } from './beside.ts'
import type { ClaimRead } from './claim.ts'
import type { StatementRecorded } from './events.ts'

/** Every selector of these members of a statement, with the words it is to resolve to. All are in its document. */
export function placesOf(members: Partial<StatementRecorded>, ...path: Path): Place[] {
  const { speaker, saidOn, occasion, fragments = [] } = members
  return [
    ...spanPlace(speaker?.mention, ...path, 'speaker', 'mention'),
    ...datingPlace(saidOn, ...path, 'saidOn'),
    ...spanPlace(occasion?.hostMention, ...path, 'occasion', 'hostMention'),
    ...fragments.flatMap((fragment, index) => [
      ...spanPlace(fragment, ...path, 'fragments', index),
      ...spanPlace(fragment.cue, ...path, 'fragments', index, 'cue'),
    ]),
  ]
}

/** Those of a further source, in that source. */
export const placesInSource = ({ fragments }: Pick<SourceAdded, 'fragments'>): Place[] =>
  fragments.flatMap((span, index) => spanPlace(span, 'fragments', index))

/** That of a claim's date, in the document of its statement. */
export const placesOfClaim = ({ validOn }: Pick<ClaimRead, 'validOn'>): Place[] => datingPlace(validOn, 'validOn')
