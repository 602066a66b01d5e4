import type { Dating } from '../dating.ts'
import type { Reference } from '../decide.ts'
import type { Evidence } from '../evidence.ts'
import { pointer } from '../pointer.ts'
import { type Path, toActor } from '../references.ts'
import { datingPlace, type Place } from '../resolve.ts'
import { statementStream } from '../streams.ts'

/** What the things recorded of a mission refer to and rest on, whichever of them has it: one name has one meaning. */
export interface Members {
  readonly organization?: string
  readonly hosts?: readonly string[]
  readonly context?: { readonly on?: Dating }
  readonly since?: Dating
  readonly until?: Dating
  readonly by?: string
  readonly contributor?: string
  readonly on?: Dating
  readonly assertedBy?: string
  readonly statementIds?: readonly string[]
  readonly evidence?: Evidence[]
}

/** The selectors of datings, with the words they are to resolve to: somewhere in the documents given as evidence. */
export const placesOf = ({ context, since, until, on }: Members, ...path: Path): Place[] => [
  ...datingPlace(context?.on, ...path, 'context', 'on'),
  ...datingPlace(since, ...path, 'since'),
  ...datingPlace(until, ...path, 'until'),
  ...datingPlace(on, ...path, 'on'),
]

/** The actors and statements that they name, evidence left out. */
export function referred(members: Members, ...path: Path): Reference[] {
  const { organization, hosts = [], by, contributor, assertedBy, statementIds = [] } = members
  return [
    ...toActor(organization, ...path, 'organization'),
    ...hosts.flatMap((host, index) => toActor(host, ...path, 'hosts', index)),
    ...toActor(by, ...path, 'by'),
    ...toActor(contributor, ...path, 'contributor'),
    ...toActor(assertedBy, ...path, 'assertedBy'),
    ...statementIds.map((statementId, index) => ({
      streamId: statementStream(statementId),
      pointer: pointer(...path, 'statementIds', index),
    })),
  ]
}
