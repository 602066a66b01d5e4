import { Duration, Stack } from 'aws-cdk-lib'
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { sealEnv } from '#functions/seal/env.ts'
import type { Stage } from '../stage.ts'
import type { EventsTable } from './events-table.ts'
import { logKeysOf } from './log-keys.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'
import { ring } from './stream.ts'
import type { ViewsTable } from './views-table.ts'

export interface SealProps {
  readonly stage: Stage
  readonly events: EventsTable
  readonly log: LogTable
  readonly views: ViewsTable
  /** Of the stack: no two deployments share the path of their keys. */
  readonly uuid: string
}

/** Gives appended events their position. Rung by every commit, and by whatever else befalls `events`. */
export class Seal extends Construct {
  readonly handler: NodeFunction<typeof sealEnv>
  private readonly changes: MetricFilter

  constructor(scope: Construct, id: string, { stage, events, log, views, uuid }: SealProps) {
    super(scope, id)
    const keys = logKeysOf(this, uuid)
    this.handler = new NodeFunction<typeof sealEnv>(this, 'Function', {
      stage,
      step: 'seal',
      description: 'Gives appended events their position in the log',
      env: {
        EVENTS_TABLE: events.table.tableName,
        LOG_TABLE: log.table.tableName,
        VIEWS_TABLE: views.table.tableName,
        LOG_KEYS: keys.path,
        ORIGIN: stage.origin ?? `rapporteur-${uuid}`,
      },
      memorySize: 512,
      timeout: Duration.minutes(5), // of a sweep; near the end it leaves off
    })
    events.grantRead(this.handler)
    events.grantSweep(this.handler)
    views.grantStanding(this.handler)
    log.grantSeal(this.handler)
    keys.grantMake(this.handler)
    ring(this.handler, events.stream) // no filter: a change or a removal there must come to light
    this.changes = new MetricFilter(this, 'Changes', {
      logGroup: this.handler.logGroup,
      filterPattern: FilterPattern.any(
        ...['MODIFY', 'REMOVE'].map((name) => FilterPattern.stringValue('$.message.eventName', '=', name)),
      ),
      metricNamespace: Stack.of(this).stackName,
      metricName: 'EventsChanged',
    })
  }

  /** How many commits on record were changed or removed, as the stream of `events` told. Always none. */
  metricChanges(options: MetricOptions): Metric {
    return this.changes.metric(options)
  }
}
