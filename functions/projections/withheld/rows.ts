import type { StreamKind } from '#events/streams.ts'
import type { ReadModel, Row } from '../row.ts'

/** All events whose payload is withheld, by when they were recorded: whoever hands events on asks for a stretch of time. */
export const withheldEvents = 'withheld'
export const withheldKey = (recordedAt: string, eventId: string) => `${recordedAt}#${eventId}`

/** In every stream, of each event that another withholds, which one that is and when it was recorded. */
const withheldIn = (kind: StreamKind): ReadModel => ({
  name: 'withheld',
  kind,
  rows: ({ withheld = [] }, streamId): Row[] =>
    withheld.flatMap(({ eventId, recordedAt, by }) =>
      by
        ? [
            {
              pk: withheldEvents,
              sk: withheldKey(recordedAt, eventId),
              eventId,
              by: `${streamId}/${by.version}`,
              withheldAt: by.recordedAt,
            },
          ]
        : [],
    ),
})

export const withheldModels: readonly ReadModel[] = (['document', 'actor', 'statement', 'mission'] as const).map(
  withheldIn,
)
