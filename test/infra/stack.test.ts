import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ofType, type Template, template } from '../support/assembly.ts'
import { filesUnder } from '../support/imports.ts'

const stages: Record<string, Template> = {
  sandbox: await template('sandbox'),
  production: await template('production'),
}

/** Everything that is deployed, and what each costs while nobody asks anything. */
const idle = {
  'AWS::DynamoDB::GlobalTable': 'its storage',
  'AWS::Lambda::Function': 'nothing',
  'AWS::Lambda::EventSourceMapping': 'nothing: Lambda reads DynamoDB streams for free',
  'AWS::Lambda::Permission': 'nothing',
  'AWS::IAM::Role': 'nothing',
  'AWS::IAM::Policy': 'nothing',
  'AWS::Events::EventBus': 'nothing',
  'AWS::Scheduler::Schedule':
    'nothing up to 14 million calls a month; each of its 30 a second of Lambda, 25 read units and one write unit',
  'AWS::ApiGatewayV2::Api': 'nothing',
  'AWS::ApiGatewayV2::Integration': 'nothing',
  'AWS::ApiGatewayV2::Route': 'nothing',
  'AWS::ApiGatewayV2::Stage': 'nothing',
  'AWS::Logs::LogGroup': 'its storage, until it forgets',
  'AWS::Logs::MetricFilter': 'nothing: its metric exists only once it counts',
  'AWS::CloudWatch::Alarm': 'nothing up to ten in an account',
}

for (const [stage, stack] of Object.entries(stages)) {
  describe(`a ${stage}`, () => {
    it('costs nothing while idle but its storage: no key of its own, no gateway, no bucket', () => {
      const types = new Set(Object.values(stack.Resources).map(({ Type }) => Type))
      expect([...types].sort()).toEqual(Object.keys(idle).sort())
    })

    it('has ten alarms at most, silent while nothing happens', () => {
      const alarms = ofType(stack, 'AWS::CloudWatch::Alarm')
      expect(alarms.length).toBeLessThanOrEqual(10)
      for (const [id, { Properties }] of alarms) {
        expect(Properties, id).toMatchObject({
          TreatMissingData: 'notBreaching',
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        })
        expect(Properties.AlarmDescription, id).toMatch(/\w/)
      }
    })

    it('tells where it is reached, where it publishes and where its keys are', () => {
      expect(Object.keys(stack.Outputs).sort()).toEqual([
        'AccessTable',
        'ApiUrl',
        'EventBusName',
        'EventsTable',
        'LogKeyUrl',
        'LogTable',
        'ProjectFunction',
        'SealFunction',
        'ViewsTable',
      ])
      const [[api]] = ofType(stack, 'AWS::ApiGatewayV2::Api') as [[string, unknown]]
      const [[bus]] = ofType(stack, 'AWS::Events::EventBus') as [[string, unknown]]
      expect(JSON.stringify(stack.Outputs.ApiUrl?.Value)).toContain(`"https://",{"Ref":"${api}"}`)
      const [url, key] = [stack.Outputs.ApiUrl, stack.Outputs.LogKeyUrl].map((one) => JSON.stringify(one?.Value))
      expect(key).toBe(url?.replace('"/"]]}', '"/log/key"]]}'))
      expect(stack.Outputs.EventBusName?.Value).toEqual({ Ref: bus })
      expect(stack.Outputs.AccessTable?.Value).toEqual({ Ref: expect.stringMatching(/^AccessTable/) })
    })

    it('needs no parameter and names no account and no region', () => {
      expect(stack).not.toHaveProperty('Parameters')
      expect(JSON.stringify(stack)).not.toMatch(/\b\d{12}\b|\b(us|eu|ap|sa|ca|me|af)-[a-z]+-\d\b/)
    })
  })
}

describe('what should be looked at', () => {
  const alarms = ofType(stages.sandbox as Template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)

  it('is a step behind its stream, or failing', () => {
    for (const step of ['Seal', 'Publish', 'Project']) {
      const mine = alarms.filter((alarm) => alarm.Dimensions?.[0]?.Value.Ref?.startsWith(`${step}Function`))
      expect(mine.map(({ Namespace, MetricName, Statistic }) => [Namespace, MetricName, Statistic]).sort()).toEqual([
        ['AWS/Lambda', 'Errors', 'Sum'],
        ['AWS/Lambda', 'IteratorAge', 'Maximum'],
      ])
    }
  })

  it('is an API that answers 5xx', () => {
    const [alarm, ...others] = alarms.filter(({ Namespace }) => Namespace === 'AWS/ApiGateway')
    expect(others).toEqual([])
    expect(alarm).toMatchObject({ MetricName: '5xx', Statistic: 'Sum' })
    expect(alarm.Dimensions[0].Value.Ref).toMatch(/^ApiHttp/)
  })

  type Filter = Template['Resources'][string]
  const filtersOf = (metric: string): Filter[] =>
    ofType(stages.sandbox as Template, 'AWS::Logs::MetricFilter')
      .map(([, filter]) => filter)
      .filter(({ Properties }) => Properties.MetricTransformations[0].MetricName === metric)

  it.each([
    ['StreamsParked', ['stream parked'], ['ProjectLogs', 'SealLogs']],
    ['LeftBehind', ['the log cannot be signed', 'left behind'], ['SealLogs']],
  ])('is a single message of the kind %s, in the words of the steps', (metric, messages, logs) => {
    const filters = filtersOf(metric)
    const groups = filters.map(({ Properties }) => Properties.LogGroupName.Ref.replace(/[0-9A-F]{8}$/, ''))
    expect(groups.sort()).toEqual(logs)
    const conditions = messages.map((message) => `$.message.message = "${message}"`)
    const pattern = conditions.length === 1 ? conditions[0] : conditions.map((one) => `(${one})`).join(' || ')
    for (const { Properties } of filters) {
      expect(Properties.FilterPattern).toBe(`{ ${pattern} }`)
      expect(Properties.MetricTransformations).toMatchObject([{ MetricValue: '1' }])
      expect(Properties.MetricTransformations[0]).not.toHaveProperty('DefaultValue')
    }
    expect(alarms.filter((alarm) => alarm.MetricName === metric)).toMatchObject([
      { Namespace: filters[0]?.Properties.MetricTransformations[0].MetricNamespace, Threshold: 1, Statistic: 'Sum' },
    ])
    const said = filesUnder('functions').map((file) => readFileSync(file, 'utf8'))
    for (const message of messages) {
      expect(
        said.some((source) => source.includes(`', '${message}'`)),
        message,
      ).toBe(true)
    }
  })

  it('is a single change to what is on record, as seal logs it', () => {
    const [filter, ...others] = filtersOf('EventsChanged') as [Filter, ...Filter[]]
    expect(others).toEqual([])
    expect(filter.Properties.LogGroupName.Ref).toMatch(/^SealLogs/)
    expect(filter.Properties.FilterPattern).toBe(
      '{ ($.message.eventName = "MODIFY") || ($.message.eventName = "REMOVE") }',
    )
    const [{ MetricName, MetricNamespace }] = filter.Properties.MetricTransformations
    const counting = alarms.filter((alarm) => alarm.MetricName === MetricName && alarm.Namespace === MetricNamespace)
    expect(counting).toMatchObject([{ Threshold: 1, EvaluationPeriods: 1, Statistic: 'Sum' }])
  })
})

describe('the sweep', () => {
  it('is called once a day, by a role that may call seal and nothing else', () => {
    const stack = stages.sandbox as Template
    const [[, { Properties }], ...others] = ofType(stack, 'AWS::Scheduler::Schedule') as [
      [string, Template['Resources'][string]],
    ]
    expect(others).toEqual([])
    expect(Properties).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SealFunction/), 'Arn'] },
        Input: '{"sweep":true}',
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^SweepRole/), 'Arn'] },
      },
    })
  })
})

describe('HTTP', () => {
  const stack = stages.sandbox as Template
  const only = (type: string) => {
    const [found, ...others] = ofType(stack, type)
    expect(others).toEqual([])
    return found?.[1].Properties
  }

  it('reaches the one function with every path and method', () => {
    expect(only('AWS::ApiGatewayV2::Api')).toMatchObject({ ProtocolType: 'HTTP' })
    expect(only('AWS::ApiGatewayV2::Api')).not.toHaveProperty('CorsConfiguration') // the function answers for CORS
    expect(only('AWS::ApiGatewayV2::Route').RouteKey).toBe('$default')
    const integration = only('AWS::ApiGatewayV2::Integration')
    expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
    expect(integration.IntegrationUri['Fn::GetAtt'][0]).toMatch(/^ApiFunction/)
  })

  it('is throttled before it costs', () => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = only('AWS::ApiGatewayV2::Stage').DefaultRouteSettings
    expect(ThrottlingRateLimit).toBeGreaterThan(0)
    expect(ThrottlingRateLimit).toBeLessThanOrEqual(500)
    expect(ThrottlingBurstLimit).toBeGreaterThanOrEqual(ThrottlingRateLimit)
  })

  it('logs each request as JSON, to a group of its own, without who asked', () => {
    const { DestinationArn, Format } = only('AWS::ApiGatewayV2::Stage').AccessLogSettings
    expect(DestinationArn['Fn::GetAtt'][0]).toMatch(/^ApiAccessLogs/)
    expect(JSON.parse(Format)).toMatchObject({ status: '$context.status', requestId: '$context.requestId' })
    // Not the address, not the key, and nothing that only REST APIs have.
    expect(Format).not.toMatch(/sourceIp|authorizer|identity\.(?!userAgent)|header|resourcePath/i)
  })
})
