import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { sealEnv } from '../../functions/seal/env.ts'
import type { Stage } from '../stage.ts'
import type { EventsTable } from './events-table.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'
import { ring } from './stream.ts'

export interface SealProps {
  readonly stage: Stage
  readonly events: EventsTable
  readonly log: LogTable
}

/** Gives appended events their position. Rung by every commit, and by whatever else befalls `events`. */
export class Seal extends Construct {
  readonly handler: NodeFunction<typeof sealEnv>

  constructor(scope: Construct, id: string, { stage, events, log }: SealProps) {
    super(scope, id)
    this.handler = new NodeFunction<typeof sealEnv>(this, 'Function', {
      stage,
      step: 'seal',
      description: 'Gives appended events their position in the log',
      env: { EVENTS_TABLE: events.table.tableName, LOG_TABLE: log.table.tableName },
      memorySize: 512,
      timeout: Duration.minutes(1),
    })
    events.grantRead(this.handler)
    log.grantSeal(this.handler)
    ring(this.handler, events.stream) // no filter: a change or a removal there must come to light
  }
}
