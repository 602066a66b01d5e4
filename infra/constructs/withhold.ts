import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { withholdEnv } from '#functions/withhold/env.ts'
import type { Stage } from '../stage.ts'
import type { EventsTable } from './events-table.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'

export interface WithholdProps {
  readonly stage: Stage
  readonly events: EventsTable
  readonly log: LogTable
}

/**
 * Removes payloads that are withheld by law. Called by a person, and by nothing else: it has no doorbell. In a stack only
 * where that asks for it, for no other role changes what is recorded.
 */
export class Withhold extends Construct {
  readonly handler: NodeFunction<typeof withholdEnv>

  constructor(scope: Construct, id: string, { stage, events, log }: WithholdProps) {
    super(scope, id)
    this.handler = new NodeFunction<typeof withholdEnv>(this, 'Function', {
      stage,
      step: 'withhold',
      description: 'Removes the payload of an event that the log says is withheld',
      env: { EVENTS_TABLE: events.table.tableName, LOG_TABLE: log.table.tableName },
      memorySize: 512,
      timeout: Duration.minutes(1),
    })
    events.grantRead(this.handler)
    events.grantWithhold(this.handler)
    log.grantRead(this.handler)
    log.grantWithhold(this.handler)
  }
}
