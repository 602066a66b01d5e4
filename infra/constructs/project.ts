import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { projectEnv } from '#functions/project/env.ts'
import type { Stage } from '../stage.ts'
import type { EventsTable } from './events-table.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'
import { ring } from './stream.ts'
import type { ViewsTable } from './views-table.ts'

export interface ProjectProps {
  readonly stage: Stage
  readonly events: EventsTable
  readonly log: LogTable
  readonly views: ViewsTable
}

/** Folds sealed events into the rows of every read model. Rung when the head moves. */
export class Project extends Construct {
  readonly handler: NodeFunction<typeof projectEnv>

  constructor(scope: Construct, id: string, { stage, events, log, views }: ProjectProps) {
    super(scope, id)
    this.handler = new NodeFunction<typeof projectEnv>(this, 'Function', {
      stage,
      step: 'project',
      description: 'Folds sealed events into the rows of the read models',
      env: {
        EVENTS_TABLE: events.table.tableName,
        LOG_TABLE: log.table.tableName,
        VIEWS_TABLE: views.table.tableName,
      },
      memorySize: 1024,
      timeout: Duration.minutes(15), // near the end it stops, and is rung again
    })
    events.grantRead(this.handler)
    log.grantRead(this.handler)
    views.grantProject(this.handler)
    ring(this.handler, log.stream, log.headMoved)
  }
}
