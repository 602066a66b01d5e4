import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DomainEvent } from '#events/envelope.ts'
import { Remaining } from '#functions/seal/seal.ts'
import { corrected, opened, phase, projector, registered, said } from '../../functions/project/fixtures.ts'
import { createTables } from '../../support/engine.ts'
import { recorder } from '../../support/log.ts'

/** Contingents of a mission that make its state grow. */
export const contingents = (from: number, count: number): DomainEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    type: 'ContingentRecorded',
    data: {
      reportId: `report-${from}-${index}`,
      contributor: 'ostmark',
      personnel: { min: index, max: index + 10 },
      assertedBy: 'harbour-wire',
      evidence: [],
    },
  }))

/** All of a deployment but its API. */
export async function world(client: DynamoDBClient) {
  const tables = await createTables(client)
  const record = recorder(client, tables)
  const touched = new Set<string>()
  const project = projector(client, tables)
  return {
    ...record,
    tables,
    append: async (streamId: string, ...events: DomainEvent[]) => {
      await record.append(streamId, ...events)
      touched.add(streamId)
    },
    /** Records the n-th of many things: a statement, now and then corrected, a mission or an actor. */
    record: async (n: number): Promise<number> => {
      const statement = said(`speaker-${n % 7}`, `the harbour was quiet on day ${n}`)
      const streams: [string, DomainEvent[]][] = [[statement.stream, [statement.event]]]
      if (n % 3 === 0) streams.push([statement.stream, [corrected({ topics: ['harbour'] })]])
      if (n % 5 === 0) {
        const { stream, event } = opened(`harbour-watch-${n}`)
        streams.push([stream, [event, phase(`phase-${n}`)]])
      }
      if (n % 8 === 0) streams.push([registered(`speaker-${n}`).stream, [registered(`speaker-${n}`).event]])
      for (const [stream, events] of streams) {
        await record.append(stream, ...events)
        touched.add(stream)
      }
      return streams.reduce((sum, [, events]) => sum + events.length, 0)
    },
    /** Seals whatever was recorded. */
    sealedAll: async () => {
      const streams = [...touched]
      touched.clear()
      try {
        await record.seal.run(streams)
      } catch (error) {
        if (!(error instanceof Remaining)) throw error
        for (const stream of streams) touched.add(stream)
      }
    },
    projected: () => project.run(),
  }
}
export type World = Awaited<ReturnType<typeof world>>

/** Records so many things, seals and projects them; how many events they were. */
export async function recordAll(made: World, count: number): Promise<number> {
  let events = 0
  for (let n = 0; n < count; n++) events += await made.record(n)
  await made.sealedAll()
  await made.projected()
  return events
}
