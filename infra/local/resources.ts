import { createHash } from 'node:crypto'
import { only, type Shape, used } from './shapes.ts'

/** Where the stack stands. The id is a CloudFormation stack id, whose UUID is one per data folder. */
export interface Place {
  readonly stackName: string
  readonly stackId: string
  readonly account: string
  readonly region: string
}

/** A type of resource: what of it is understood, what `Ref` and `Fn::GetAtt` give. */
export interface ResourceType {
  readonly properties: Readonly<Record<string, Shape>>
  ref(id: string, place: Place, properties: Record<string, unknown>): string
  readonly attributes: Readonly<Record<string, (id: string, place: Place, ref: string) => string>>
}

const monitoring = 'nobody is paged locally: failures go to the terminal'
const logs = "functions' logs go to the terminal"
const words = 'words for people'
const nothing = 'there is nothing to run'

/** As CloudFormation makes them: stack, logical id, and a part that differs from stack to stack but never changes. */
const physicalName = (id: string, { stackName, stackId }: Place) =>
  `${stackName}-${id}-${(stackId.split('/')[2] ?? '').slice(0, 8)}`
const shortId = (id: string, place: Place) =>
  createHash('sha256').update(physicalName(id, place)).digest('hex').slice(0, 10)
const arn = (service: string, resource: string, { region, account }: Place) =>
  `arn:aws:${service}:${region}:${account}:${resource}`

const keySchema = [{ AttributeName: used, KeyType: used }] as const
const index = [
  {
    IndexName: used,
    KeySchema: keySchema,
    Projection: { ProjectionType: used, NonKeyAttributes: used },
  },
] as const

/** Every type of resource that the local cloud knows. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::GlobalTable': {
    properties: {
      AttributeDefinitions: [{ AttributeName: used, AttributeType: used }],
      BillingMode: only('PAY_PER_REQUEST'),
      KeySchema: keySchema,
      GlobalSecondaryIndexes: index,
      LocalSecondaryIndexes: index,
      StreamSpecification: { StreamViewType: only('KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES') },
      TimeToLiveSpecification: { AttributeName: used, Enabled: used },
      Replicas: [
        {
          Region: used,
          DeletionProtectionEnabled: 'no call that deletes a table passes the gateway',
          PointInTimeRecoverySpecification: 'the data folder has no backups but its copies',
          GlobalSecondaryIndexes: [{ IndexName: 'the index itself is in the table' }],
        },
      ],
      WarmThroughput: 'the engine has no partitions to warm',
    },
    ref: physicalName,
    attributes: {
      Arn: (_, place, ref) => arn('dynamodb', `table/${ref}`, place),
      StreamArn: (_, place, ref) => arn('dynamodb', `table/${ref}/stream/2031-01-01T00:00:00.000`, place),
    },
  },
  'AWS::Events::EventBus': {
    properties: { Name: used, Description: words },
    ref: (_, __, properties) => String(properties.Name),
    attributes: { Name: (_, __, ref) => ref, Arn: (_, place, ref) => arn('events', `event-bus/${ref}`, place) },
  },
  'AWS::Events::Rule': {
    properties: {
      Description: words,
      EventBusName: used,
      EventPattern: used,
      State: only('ENABLED', 'DISABLED'),
      Targets: [{ Arn: used, Id: used, RetryPolicy: 'a target is tried until it takes the event' }],
    },
    ref: physicalName,
    attributes: { Arn: (id, place) => arn('events', `rule/${physicalName(id, place)}`, place) },
  },
  'AWS::IAM::Role': {
    properties: {
      AssumeRolePolicyDocument: used,
      Description: words,
      Policies: [{ PolicyName: used, PolicyDocument: used }],
    },
    ref: physicalName,
    attributes: { Arn: (_, place, ref) => `arn:aws:iam::${place.account}:role/${ref}` },
  },
  'AWS::IAM::Policy': {
    properties: { PolicyDocument: used, PolicyName: used, Roles: used },
    ref: physicalName,
    attributes: {},
  },
  'AWS::Lambda::Function': {
    properties: {
      Architectures: 'the code is JavaScript',
      Code: { S3Bucket: 'the code is taken from the assembly', S3Key: used },
      Description: words,
      Environment: { Variables: used },
      Handler: used,
      LoggingConfig: {
        ApplicationLogLevel: logs,
        LogFormat: logs,
        LogGroup: used,
        SystemLogLevel: logs,
      },
      MemorySize: used,
      Role: used,
      Runtime: used,
      Timeout: used,
    },
    ref: physicalName,
    attributes: { Arn: (_, place, ref) => arn('lambda', `function:${ref}`, place) },
  },
  'AWS::Lambda::EventSourceMapping': {
    properties: {
      BatchSize: used,
      BisectBatchOnFunctionError: used,
      Enabled: used,
      EventSourceArn: used,
      FilterCriteria: { Filters: [{ Pattern: used }] },
      FunctionName: used,
      FunctionResponseTypes: [only('ReportBatchItemFailures')],
      MaximumBatchingWindowInSeconds: used,
      MaximumRecordAgeInSeconds: used,
      MaximumRetryAttempts: used,
      ParallelizationFactor: only(1),
      StartingPosition: only('TRIM_HORIZON', 'LATEST'),
    },
    ref: shortId,
    attributes: {},
  },
  'AWS::Lambda::Permission': {
    properties: {
      Action: only('lambda:InvokeFunction'),
      FunctionName: used,
      Principal: used,
      SourceArn: used,
    },
    ref: physicalName,
    attributes: {},
  },
  'AWS::Scheduler::Schedule': {
    properties: {
      Description: words,
      FlexibleTimeWindow: { Mode: only('OFF') },
      ScheduleExpression: used,
      ScheduleExpressionTimezone: 'a rate has no hour of the day',
      State: only('ENABLED', 'DISABLED'),
      Target: { Arn: used, Input: used, RetryPolicy: 'the call itself is never lost here', RoleArn: used },
    },
    ref: physicalName,
    attributes: { Arn: (_, place, ref) => arn('scheduler', `schedule/default/${ref}`, place) },
  },
  'AWS::ApiGatewayV2::Api': {
    properties: { Name: words, Description: words, ProtocolType: only('HTTP') },
    ref: shortId,
    attributes: { ApiEndpoint: (_, place, ref) => apiOrigin(ref, place), ApiId: (_, __, ref) => ref },
  },
  'AWS::ApiGatewayV2::Integration': {
    properties: {
      ApiId: used,
      IntegrationType: only('AWS_PROXY'),
      IntegrationUri: used,
      PayloadFormatVersion: only('2.0'),
      TimeoutInMillis: used,
    },
    ref: shortId,
    attributes: {},
  },
  'AWS::ApiGatewayV2::Route': {
    properties: { ApiId: used, AuthorizationType: only('NONE'), RouteKey: used, Target: used },
    ref: shortId,
    attributes: {},
  },
  'AWS::ApiGatewayV2::Stage': {
    properties: {
      AccessLogSettings: 'the terminal is no access log',
      ApiId: used,
      AutoDeploy: only(true),
      DefaultRouteSettings: { ThrottlingBurstLimit: used, ThrottlingRateLimit: used },
      StageName: only('$default'),
    },
    ref: shortId,
    attributes: {},
  },
  'AWS::Logs::LogGroup': {
    properties: { RetentionInDays: logs },
    ref: physicalName,
    attributes: { Arn: (_, place, ref) => arn('logs', `log-group:${ref}:*`, place) },
  },
  'AWS::Logs::MetricFilter': {
    properties: { FilterPattern: monitoring, LogGroupName: monitoring, MetricTransformations: monitoring },
    ref: physicalName,
    attributes: {},
  },
  'AWS::CloudWatch::Alarm': {
    properties: {
      AlarmDescription: words,
      ComparisonOperator: monitoring,
      DatapointsToAlarm: monitoring,
      Dimensions: monitoring,
      EvaluationPeriods: monitoring,
      MetricName: monitoring,
      Metrics: monitoring,
      Namespace: monitoring,
      Period: monitoring,
      Statistic: monitoring,
      Threshold: monitoring,
      TreatMissingData: monitoring,
    },
    ref: physicalName,
    attributes: { Arn: (_, place, ref) => arn('cloudwatch', `alarm:${ref}`, place) },
  },
  'AWS::CDK::Metadata': { properties: { Analytics: nothing }, ref: physicalName, attributes: {} },
}

/** Where AWS would serve an HTTP API; the local cloud puts its own address in its place. */
export const apiOrigin = (apiId: string, { region }: Place) => `https://${apiId}.execute-api.${region}.amazonaws.com`
