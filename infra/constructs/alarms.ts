import { Duration, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Api } from './api.ts'
import type { Project } from './project.ts'
import type { Publish } from './publish.ts'
import type { Seal } from './seal.ts'

export interface AlarmsProps {
  readonly api: Api
  readonly seal: Seal
  readonly publish: Publish
  readonly project: Project
}

const period = Duration.minutes(5)

/** What somebody should look at. An account has ten alarms for nothing; silence, as of an idle stack, alarms nobody. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { api, ...steps }: AlarmsProps) {
    super(scope, id)
    for (const [step, { handler }] of Object.entries(steps)) {
      const name = step.charAt(0).toUpperCase() + step.slice(1)
      this.raise(`${name}Behind`, {
        metric: handler.metric('IteratorAge', { period, statistic: 'max' }),
        threshold: Duration.minutes(5).toMilliseconds(),
        description: `${step} has not got past a record of its stream for five minutes`,
      })
      this.raise(`${name}Failing`, {
        metric: handler.metricErrors({ period }),
        threshold: 1,
        periods: 3, // one failure is rung again, and mostly passes
        description: `${step} has failed for a quarter of an hour`,
      })
    }
    this.raise('ApiFailing', {
      metric: api.metricServerError({ period }),
      threshold: 5,
      description: 'Five answers or more were 5xx within five minutes',
    })
    this.raise('EventsChanged', {
      metric: steps.seal.metricChanges({ period, statistic: 'sum' }),
      threshold: 1,
      description: 'A commit on record was changed or removed: seal logged which',
    })
    this.raise('StreamsParked', {
      metric: this.told('StreamsParked', [steps.seal, steps.project], 'stream parked'),
      threshold: 1,
      description: 'A stream can be sealed or projected no further: the step logged which. It is said again daily',
    })
    this.raise('LeftBehind', {
      metric: this.told('LeftBehind', [steps.seal], 'the log cannot be signed', 'left behind'),
      threshold: 1,
      description: 'The log is not signed, published or projected as far as it was long ago: seal logged what it lacks',
    })
  }

  /** How often a step logged one of these messages. A metric that counts nothing is not there, and costs nothing. */
  private told(name: string, steps: readonly { handler: { logGroup: ILogGroup } }[], ...messages: string[]): Metric {
    const filters = steps.map(
      ({ handler }, index) =>
        new MetricFilter(this, `${name}Told${index}`, {
          logGroup: handler.logGroup,
          filterPattern: FilterPattern.any(
            ...messages.map((message) => FilterPattern.stringValue('$.message.message', '=', message)),
          ),
          metricNamespace: Stack.of(this).stackName,
          metricName: name,
        }),
    )
    const [first] = filters
    if (!first) throw new Error(`${name} is told by nobody`)
    return first.metric({ period, statistic: 'sum' })
  }

  private raise(id: string, of: { metric: Metric; threshold: number; periods?: number; description: string }): Alarm {
    return new Alarm(this, id, {
      metric: of.metric,
      threshold: of.threshold,
      evaluationPeriods: of.periods ?? 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: of.description,
    })
  }
}
