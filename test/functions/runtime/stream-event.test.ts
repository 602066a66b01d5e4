import type { DynamoDBStreamEvent } from 'aws-lambda'
import { expect, it } from 'vitest'
import { changes, streamIds, versionsBefore } from '#functions/runtime/stream-event.ts'

const record = (eventName: 'INSERT' | 'MODIFY' | 'REMOVE', streamId: string, version: string) => ({
  eventName,
  dynamodb: { Keys: { streamId: { S: streamId }, version: { N: version } } },
})
const event: DynamoDBStreamEvent = {
  Records: [
    record('INSERT', 'mission-b', '1'),
    record('INSERT', 'mission-a', '1'),
    record('MODIFY', 'mission-b', '1'),
    record('REMOVE', 'mission-c', '4'),
    { eventName: 'INSERT' },
  ],
}

it('names the streams that records are of, each once, in order', () =>
  expect(streamIds(event)).toEqual(['mission-b', 'mission-a', 'mission-c']))

it('tells before which version of each stream its first record is', () => {
  const nonsense = [record('INSERT', 'mission-d', 'x'), record('INSERT', 'mission-e', '0')]
  expect(
    versionsBefore({
      Records: [
        record('INSERT', 'mission-a', '3'),
        record('INSERT', 'mission-a', '2'),
        record('REMOVE', 'mission-c', '4'),
        ...nonsense,
      ],
    }),
  ).toEqual(
    new Map([
      ['mission-a', 1],
      ['mission-c', 3],
    ]),
  )
})

it('tells what was changed where there is only ever to be something new', () =>
  expect(changes(event).map(({ eventName }) => eventName)).toEqual(['MODIFY', 'REMOVE']))
