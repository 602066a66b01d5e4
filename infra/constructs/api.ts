import { Duration, Stack, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { apiEnv } from '#functions/api/env.ts'
import type { Stage } from '../stage.ts'
import type { AccessTable } from './access-table.ts'
import type { EventsTable } from './events-table.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'
import type { TextsTable } from './texts-table.ts'
import type { ViewsTable } from './views-table.ts'

export interface ApiProps {
  readonly stage: Stage
  readonly events: EventsTable
  readonly log: LogTable
  readonly views: ViewsTable
  readonly texts: TextsTable
  readonly access: AccessTable
  /** The CloudEvents source of all that is recorded here. */
  readonly source: string
}

/** What is logged of a request. Not the client's address: who read what is nobody's business. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  error: '$context.integrationErrorMessage',
  userAgent: '$context.identity.userAgent',
}

/** HTTP: every path and method to one function, which routes, authorizes and answers. */
export class Api extends Construct {
  readonly url: string
  readonly handler: NodeFunction<typeof apiEnv>
  private readonly http: HttpApi

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id)
    const { stage, events, log, views, texts, access } = props
    const handler = new NodeFunction<typeof apiEnv>(this, 'Function', {
      stage,
      step: 'api',
      description: 'HTTP: takes commands, appends what they decide, answers reads',
      env: {
        EVENTS_TABLE: events.table.tableName,
        LOG_TABLE: log.table.tableName,
        VIEWS_TABLE: views.table.tableName,
        TEXTS_TABLE: texts.table.tableName,
        ACCESS_TABLE: access.table.tableName,
        SOURCE: props.source,
        READS: stage.private ? 'private' : 'public',
      },
      memorySize: 1024,
      timeout: Duration.seconds(29), // the gateway gives up at 30
    })
    this.handler = handler
    events.grantAppend(handler)
    log.grantProve(handler)
    views.grantRead(handler)
    texts.grantKeep(handler)
    access.grantRead(handler)

    this.http = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      defaultIntegration: new HttpLambdaIntegration('Function', handler),
      createDefaultStage: false,
    })
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetention,
      removalPolicy: stage.removalPolicy,
    })
    const everything = new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      // Requests a second: about what ten functions at once can answer, which is a new account's limit.
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    })
    this.url = everything.url
    Validations.of(this.http).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Reads are public, or authorized as writes are: in the function, by API keys with scopes (functions/access).',
    })
  }

  metricServerError(options: MetricOptions): Metric {
    return this.http.metricServerError(options)
  }
}
