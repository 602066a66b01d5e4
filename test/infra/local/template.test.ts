import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { synthesize } from '../../../infra/assembly.ts'
import { readAssembly } from '../../../infra/local/assembly.ts'
import { checkGrants } from '../../../infra/local/grants.ts'
import type { Json } from '../../../infra/local/intrinsics.ts'
import { readStack, type Stack } from '../../../infra/local/stack.ts'
import { Verdicts } from '../../../infra/local/verdicts.ts'
import { fixture, type Resources, writeAssembly } from './fixtures/stack.ts'

const scratch = mkdtempSync(join(tmpdir(), 'rapporteur-template-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const uuid = '6f1c2a34-1111-4222-8333-444455556666'
const place = {
  stackName: 'Fixture',
  stackId: `arn:aws:cloudformation:local:000000000000:stack/Fixture/${uuid}`,
  account: '000000000000',
  region: 'local',
}

function read(change: (resources: Resources) => void = () => undefined): Stack {
  const resources = fixture()
  change(resources)
  return readStack(readAssembly(writeAssembly(scratch, resources)), place)
}
const set = (id: string, property: string, value: Json) => (resources: Resources) => {
  const resource = resources[id] as Resources[string]
  resource.Properties = { ...resource.Properties, [property]: value }
}
const add =
  (id: string, Type: string, Properties: Record<string, Json> = {}) =>
  (resources: Resources) => {
    resources[id] = { Type, Properties }
  }

describe('a template that is understood', () => {
  it('gives what is to run, every reference resolved', () => {
    const { tables, functions, mappings, rules, apis, buses, outputs } = read()
    const items = tables.find(({ id }) => id === 'Items')
    expect(items).toMatchObject({ name: 'Fixture-Items-6f1c2a34', stream: { view: 'NEW_IMAGE' } })
    expect(items?.arn).toBe('arn:aws:dynamodb:local:000000000000:table/Fixture-Items-6f1c2a34')
    expect(functions.map(({ id }) => id)).toEqual(['ApiFunction', 'ConsumeFunction'])
    expect(functions[0]).toMatchObject({ timeoutMs: 15_000, variables: { ITEMS: items?.name, BUS: 'fixture-bus' } })
    expect(functions[0]?.role.policies[0]?.document).toMatchObject({ Statement: [{ Resource: items?.arn }, {}, {}] })
    expect(mappings).toMatchObject([{ table: items?.name, functionId: 'ConsumeFunction', maximumRetries: -1 }])
    expect(rules).toMatchObject([{ bus: 'fixture-bus', targets: [{ functionId: 'ConsumeFunction' }] }])
    expect(apis[0]?.routes.map(({ key }) => key)).toEqual(['$default', 'GET /things/{id}', 'ANY /all/{rest+}'])
    expect(buses).toHaveLength(1)
    expect(outputs.Url).toBe(`${apis[0]?.origin}/`)
  })

  it('gives what is called now and again, and how often', () => {
    expect(read(scheduled()).schedules).toMatchObject([
      { id: 'Schedule', enabled: true, periodMs: 7_200_000, functionId: 'ConsumeFunction', input: '{"sweep":true}' },
    ])
  })

  it('names tables alike in every start on one data folder, and otherwise in another', () => {
    const names = ({ tables }: Stack) => tables.map(({ name }) => name)
    expect(names(read())).toEqual(names(read()))
    const elsewhere = { ...place, stackId: place.stackId.replace(uuid, uuid.replace('6f1c', 'aaaa')) }
    const other = readStack(readAssembly(writeAssembly(scratch, fixture())), elsewhere)
    expect(names(other)).not.toEqual(names(read()))
  })

  it('may be the one that is deployed', { timeout: 180_000 }, async () => {
    const assembly = readAssembly(await synthesize({ bundle: false }))
    const stack = readStack(assembly, place)
    expect(stack.tables).toHaveLength(5)
    expect(stack.functions.map(({ variables }) => variables).every((one) => Object.keys(one).length > 0)).toBe(true)
    await checkGrants(stack, new Verdicts(place.account))
  })
})

const schedule = {
  ScheduleExpression: 'rate(2 hours)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  State: 'ENABLED',
  Target: {
    Arn: { 'Fn::GetAtt': ['ConsumeFunction', 'Arn'] },
    Input: '{"sweep":true}',
    RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
  },
}
const scheduled =
  (service = 'scheduler.amazonaws.com', called = 'ConsumeFunction') =>
  (resources: Resources) => {
    add('Schedule', 'AWS::Scheduler::Schedule', schedule)(resources)
    const allowed = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [called, 'Arn'] } }
    add('ScheduleRole', 'AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: service } }] },
      Policies: [{ PolicyName: 'call', PolicyDocument: { Version: '2012-10-17', Statement: [allowed] } }],
    })(resources)
  }

describe('what is not understood stops the start with its name', () => {
  it.each<[string, (resources: Resources) => void, string]>([
    ['a resource type', add('Queue', 'AWS::SQS::Queue'), 'Queue: the resource type AWS::SQS::Queue'],
    ['a property', set('ApiFunction', 'EphemeralStorage', { Size: 1 }), 'the property EphemeralStorage'],
    [
      'a property within another',
      set('Items', 'StreamSpecification', { ResourcePolicy: {} }),
      'StreamSpecification: the property ResourcePolicy',
    ],
    [
      'a property in a list',
      set('Items', 'Replicas', [{ Region: 'local', Tags: [] }]),
      'Replicas.0: the property Tags',
    ],
    ['a value', set('Items', 'BillingMode', 'PROVISIONED'), 'BillingMode: "PROVISIONED"'],
    [
      'an attribute',
      set('ApiFunction', 'Role', { 'Fn::GetAtt': ['ApiRole', 'RoleId'] }),
      'the attribute ApiRole.RoleId',
    ],
    ['a pseudo parameter', set('Bus', 'Description', { Ref: 'AWS::NotificationARNs' }), 'AWS::NotificationARNs'],
    ['an intrinsic', set('Bus', 'Description', { 'Fn::Base64': 'x' }), 'Fn::Base64'],
    ['a reference to nothing', set('Bus', 'Description', { Ref: 'Nobody' }), 'the resource Nobody'],
    [
      'a matcher of a rule',
      set('Rule', 'EventPattern', { detail: { n: [{ numeric: ['>', 1] }] } }),
      'Rule: the matcher numeric',
    ],
    [
      'a policy that AWS manages',
      set('ApiRole', 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/ReadOnlyAccess']),
      'the property ManagedPolicyArns',
    ],
    [
      'a schedule by the hour of the day',
      (resources) => {
        scheduled()(resources)
        set('Schedule', 'ScheduleExpression', 'cron(0 3 * * ? *)')(resources)
      },
      'Schedule: the schedule cron(0 3 * * ? *)',
    ],
    [
      'an attribute of a resource',
      (resources) => Object.assign(resources.Bus as object, { CreationPolicy: {} }),
      'CreationPolicy',
    ],
  ])('%s', (_, change, message) => {
    expect(() => read(change)).toThrow(message)
  })

  it('a section of the template', () => {
    const assembly = readAssembly(writeAssembly(scratch, fixture()))
    const template = { ...assembly.template, Conditions: {} }
    expect(() => readStack({ ...assembly, template }, place)).toThrow('the section Conditions')
  })
})

describe('what would fail in AWS', () => {
  it('is a third reader of one stream', () => {
    const third = (resources: Resources) => {
      resources.Second = resources.Mapping as Resources[string]
      resources.Third = resources.Mapping as Resources[string]
    }
    expect(() => read(third)).toThrow('a stream has two readers at most')
  })

  it('is a route or a target whose function nobody permitted to invoke', () => {
    expect(() => read((resources) => delete resources.HttpPermission)).toThrow(
      'no permission lets apigateway.amazonaws.com invoke ApiFunction',
    )
    expect(() => read(set('RulePermission', 'SourceArn', 'arn:aws:events:local:000000000000:rule/other'))).toThrow(
      'no permission lets events.amazonaws.com invoke ConsumeFunction',
    )
  })

  it('is a mapping whose function may not read the stream', async () => {
    const stack = read(set('ConsumePolicy', 'PolicyDocument', { Version: '2012-10-17', Statement: [] }))
    await expect(checkGrants(stack, new Verdicts(place.account))).rejects.toThrow(
      'consume may not dynamodb:DescribeStream',
    )
  })

  it('is a schedule whose role may not call its function, or is not its own', async () => {
    await checkGrants(read(scheduled()), new Verdicts(place.account))
    const other = read(scheduled('scheduler.amazonaws.com', 'ApiFunction'))
    await expect(checkGrants(other, new Verdicts(place.account))).rejects.toThrow('may not lambda:InvokeFunction')
    expect(() => read(scheduled('lambda.amazonaws.com'))).toThrow(
      'scheduler.amazonaws.com may not assume the role ScheduleRole',
    )
  })

  it('is a function that may not write its log', async () => {
    const logging = (resources: Resources) => {
      add('Logs', 'AWS::Logs::LogGroup')(resources)
      set('ApiFunction', 'LoggingConfig', { LogGroup: { Ref: 'Logs' } })(resources)
    }
    await expect(checkGrants(read(logging), new Verdicts(place.account))).rejects.toThrow(
      'api may not logs:CreateLogStream',
    )
  })

  it('is a role that Lambda may not assume', () => {
    expect(() => read(set('ApiRole', 'AssumeRolePolicyDocument', {}))).toThrow(
      'lambda.amazonaws.com may not assume the role ApiRole',
    )
  })
})
