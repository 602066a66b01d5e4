import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { publishEnv } from '#functions/publish/env.ts'
import type { Stage } from '../stage.ts'
import type { Bus } from './bus.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'
import { ring } from './stream.ts'

export interface PublishProps {
  readonly stage: Stage
  readonly log: LogTable
  readonly bus: Bus
}

/** Puts sealed events onto the bus, in log order. Rung when the head moves. */
export class Publish extends Construct {
  readonly handler: NodeFunction<typeof publishEnv>

  constructor(scope: Construct, id: string, { stage, log, bus }: PublishProps) {
    super(scope, id)
    this.handler = new NodeFunction<typeof publishEnv>(this, 'Function', {
      stage,
      step: 'publish',
      description: 'Puts sealed events onto the bus, in log order',
      env: { LOG_TABLE: log.table.tableName, EVENT_BUS: bus.name },
      memorySize: 512,
      timeout: Duration.minutes(5),
    })
    log.grantFollow(this.handler, 'publish')
    bus.grantPublish(this.handler)
    ring(this.handler, log.stream, log.headMoved)
  }
}
