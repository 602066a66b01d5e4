import type { Assembly } from './assembly.ts'
import { compilePattern, type Pattern } from './patterns.ts'
import { apiOrigin, type Place } from './resources.ts'
import { periodOf } from './schedules.ts'
import { type Properties, type Resource, readTemplate, type Template } from './template.ts'

/** All that the template names and the local cloud runs. */
export interface Stack {
  readonly place: Place
  readonly outputs: Readonly<Record<string, string>>
  readonly tables: readonly Table[]
  readonly functions: readonly FunctionDefinition[]
  readonly mappings: readonly Mapping[]
  readonly buses: readonly { readonly name: string; readonly arn: string }[]
  readonly rules: readonly Rule[]
  readonly schedules: readonly Schedule[]
  readonly apis: readonly Api[]
}

export interface Table {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  readonly keys: readonly Key[]
  /** Secondary indexes, global and local. */
  readonly indexes: readonly Index[]
  readonly stream?: { readonly arn: string; readonly view: string }
  /** The attribute that holds when an item may go, in seconds. */
  readonly expires?: string
}
export interface Key {
  readonly AttributeName: string
  readonly KeyType: 'HASH' | 'RANGE'
}
export interface Index {
  readonly IndexName: string
  readonly KeySchema: readonly Key[]
  readonly Projection: Properties
  readonly local: boolean
}

export interface Role {
  readonly name: string
  readonly arn: string
  readonly policies: readonly { readonly name: string; readonly document: Properties }[]
}

export interface FunctionDefinition {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly role: Role
  /** The folder of its code, and in it the module and what it exports: `index.handler`. */
  readonly code: string
  readonly handler: string
  readonly memoryMb: number
  readonly timeoutMs: number
  readonly variables: Readonly<Record<string, string>>
  /** The ARN of its log group, where the template names one. */
  readonly logs?: string
}

/** How a stream is read to a function. -1 stands for no end, as in the template. */
export interface Mapping {
  readonly id: string
  readonly table: string
  readonly functionId: string
  readonly enabled: boolean
  readonly filters: readonly Pattern[]
  readonly batchSize: number
  readonly windowMs: number
  readonly bisect: boolean
  readonly reportsFailures: boolean
  readonly maximumAgeMs: number
  readonly maximumRetries: number
  readonly fromStart: boolean
}

export interface Rule {
  readonly name: string
  readonly arn: string
  readonly bus: string
  readonly pattern: Pattern
  readonly targets: readonly { readonly id: string; readonly functionId: string }[]
}

/** Calls a function now and again, by a role of its own. */
export interface Schedule {
  readonly id: string
  readonly enabled: boolean
  readonly periodMs: number
  readonly functionId: string
  readonly role: Role
  /** What the function is called with, as JSON. */
  readonly input: string
}

export interface Api {
  readonly id: string
  /** Where AWS would serve it. */
  readonly origin: string
  readonly routes: readonly Route[]
  readonly throttle: { readonly rate: number; readonly burst: number }
}
export interface Route {
  /** `$default`, or a method or ANY, and a path in which `{name}` and `{name+}` stand for parts. */
  readonly key: string
  readonly functionId: string
  readonly timeoutMs: number
}

/** What an account's HTTP APIs are held to where a stage says nothing. */
const accountThrottle = { rate: 10_000, burst: 5_000 }

/** Reads what is to run out of a template that is understood wholly. Throws naming what does not fit together. */
export function readStack(assembly: Assembly, place: Place): Stack {
  const template = readTemplate(assembly, place)
  const functions = template.ofType('AWS::Lambda::Function').map((one) => readFunction(one, template, assembly))
  const mappings = template.ofType('AWS::Lambda::EventSourceMapping').map((one) => readMapping(one, template))
  for (const { id, table } of mappings) {
    if (mappings.filter((one) => one.table === table).length > 2) {
      throw new Error(`${id}: a stream has two readers at most, and that of ${table} would have a third`)
    }
  }
  return {
    place,
    outputs: template.outputs,
    tables: template.ofType('AWS::DynamoDB::GlobalTable').map(readTable),
    functions,
    mappings,
    buses: template.ofType('AWS::Events::EventBus').map((bus) => ({ name: bus.name, arn: bus.attribute('Arn') })),
    rules: template.ofType('AWS::Events::Rule').flatMap((rule) => readRule(rule, template)),
    schedules: template.ofType('AWS::Scheduler::Schedule').map((one) => readSchedule(one, template)),
    apis: template.ofType('AWS::ApiGatewayV2::Api').map((api) => readApi(api, template)),
  }
}

function readTable({ id, name, properties, attribute }: Resource): Table {
  const indexes = (list: unknown, local: boolean) =>
    ((list ?? []) as Omit<Index, 'local'>[]).map((index) => ({ ...index, local }))
  const { StreamSpecification: stream, TimeToLiveSpecification: expiry } = properties as unknown as {
    StreamSpecification?: { StreamViewType: string }
    TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean }
  }
  return {
    id,
    name,
    arn: attribute('Arn'),
    attributes: properties.AttributeDefinitions as unknown as Table['attributes'],
    keys: properties.KeySchema as unknown as readonly Key[],
    indexes: [...indexes(properties.GlobalSecondaryIndexes, false), ...indexes(properties.LocalSecondaryIndexes, true)],
    ...(stream ? { stream: { arn: attribute('StreamArn'), view: stream.StreamViewType } } : {}),
    ...(expiry?.Enabled ? { expires: expiry.AttributeName } : {}),
  }
}

function readFunction(
  { id, name, properties, attribute }: Resource,
  template: Template,
  assembly: Assembly,
): FunctionDefinition {
  const role = readRole(String(properties.Role), 'lambda.amazonaws.com', id, template)
  if (!/^nodejs\d+\.x$/.test(String(properties.Runtime))) throw new Error(`${id}: ${properties.Runtime} is no Node.js`)
  const { S3Key } = properties.Code as { S3Key: string }
  const { LogGroup } = (properties.LoggingConfig ?? {}) as { LogGroup?: string }
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, string> }
  return {
    id,
    name,
    arn: attribute('Arn'),
    role,
    code: assembly.code(S3Key),
    handler: String(properties.Handler),
    memoryMb: Number(properties.MemorySize ?? 128),
    timeoutMs: Number(properties.Timeout ?? 3) * 1000,
    variables: Variables,
    ...(LogGroup ? { logs: template.named('AWS::Logs::LogGroup', LogGroup, id).attribute('Arn') } : {}),
  }
}

/** A role, which a service must be able to assume, and its policies. */
function readRole(name: string, service: string, at: string, template: Template): Role {
  const role = template.named('AWS::IAM::Role', name, at)
  if (!JSON.stringify(role.properties.AssumeRolePolicyDocument ?? '').includes(`"${service}"`)) {
    throw new Error(`${at}: ${service} may not assume the role ${role.id}`)
  }
  const inline = (role.properties.Policies ?? []) as unknown as { PolicyName: string; PolicyDocument: Properties }[]
  const attached = template
    .ofType('AWS::IAM::Policy')
    .filter((policy) => (policy.properties.Roles as readonly string[]).includes(role.name))
    .map((policy) => policy.properties as unknown as (typeof inline)[number])
  return {
    name: role.name,
    arn: role.attribute('Arn'),
    policies: [...inline, ...attached].map((one) => ({ name: one.PolicyName, document: one.PolicyDocument })),
  }
}

function readSchedule({ id, properties }: Resource, template: Template): Schedule {
  const { Arn, Input = '{}', RoleArn } = properties.Target as { Arn: string; Input?: string; RoleArn: string }
  return {
    id,
    enabled: properties.State !== 'DISABLED',
    periodMs: periodOf(String(properties.ScheduleExpression), id),
    functionId: template.named('AWS::Lambda::Function', Arn, id).id,
    role: readRole(RoleArn, 'scheduler.amazonaws.com', id, template),
    input: Input,
  }
}

function readMapping({ id, properties }: Resource, template: Template): Mapping {
  const source = String(properties.EventSourceArn)
  const table = template
    .ofType('AWS::DynamoDB::GlobalTable')
    .find((one) => one.properties.StreamSpecification && one.attribute('StreamArn') === source)
  if (!table) throw new Error(`${id}: there is no stream ${source} in the template`)
  const { Filters = [] } = (properties.FilterCriteria ?? {}) as { Filters?: readonly { Pattern: string }[] }
  const seconds = (name: string, otherwise: number) => Number(properties[name] ?? otherwise) * 1000
  return {
    id,
    table: table.name,
    functionId: template.named('AWS::Lambda::Function', String(properties.FunctionName), id).id,
    enabled: properties.Enabled !== false,
    filters: Filters.map(({ Pattern }) => compilePattern(JSON.parse(Pattern), id)),
    batchSize: Number(properties.BatchSize ?? 100),
    windowMs: seconds('MaximumBatchingWindowInSeconds', 0),
    bisect: properties.BisectBatchOnFunctionError === true,
    reportsFailures: ((properties.FunctionResponseTypes ?? []) as readonly string[]).length > 0,
    maximumAgeMs: seconds('MaximumRecordAgeInSeconds', -1),
    maximumRetries: Number(properties.MaximumRetryAttempts ?? -1),
    fromStart: properties.StartingPosition === 'TRIM_HORIZON',
  }
}

function readRule({ id, name, properties, attribute }: Resource, template: Template): Rule[] {
  if (properties.State === 'DISABLED') return []
  const targets = (properties.Targets ?? []) as readonly { Arn: string; Id: string }[]
  for (const { Arn } of targets) mustBePermitted(template, id, Arn, 'events.amazonaws.com', attribute('Arn'))
  return [
    {
      name,
      arn: attribute('Arn'),
      bus: template.named('AWS::Events::EventBus', String(properties.EventBusName), id).name,
      pattern: compilePattern(properties.EventPattern ?? {}, id),
      targets: targets.map((target) => ({
        id: target.Id,
        functionId: template.named('AWS::Lambda::Function', target.Arn, id).id,
      })),
    },
  ]
}

function readApi({ name: id }: Resource, template: Template): Api {
  const parts = (type: string) => template.ofType(type).filter(({ properties }) => properties.ApiId === id)
  const [stage, second] = parts('AWS::ApiGatewayV2::Stage')
  if (!stage || second) throw new Error(`${id}: an HTTP API has one stage here, $default`)
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = {
    ThrottlingRateLimit: accountThrottle.rate,
    ThrottlingBurstLimit: accountThrottle.burst,
    ...(stage.properties.DefaultRouteSettings as object | undefined),
  }
  return {
    id,
    origin: apiOrigin(id, template.place),
    routes: parts('AWS::ApiGatewayV2::Route').map((route) => {
      const [, name = ''] = String(route.properties.Target).split('/')
      const { properties } = template.named('AWS::ApiGatewayV2::Integration', name, route.id)
      const target = template.named('AWS::Lambda::Function', String(properties.IntegrationUri), route.id)
      const source = `arn:aws:execute-api:${template.place.region}:${template.place.account}:${id}/$default/${route.id}`
      mustBePermitted(template, route.id, target.attribute('Arn'), 'apigateway.amazonaws.com', source)
      return {
        key: String(route.properties.RouteKey),
        functionId: target.id,
        timeoutMs: Number(properties.TimeoutInMillis ?? 30_000),
      }
    }),
    throttle: { rate, burst },
  }
}

/** Throws where no permission lets a service invoke the function on behalf of `source`. */
function mustBePermitted(template: Template, at: string, functionArn: string, service: string, source: string): void {
  const target = template.named('AWS::Lambda::Function', functionArn, at)
  const permitted = template
    .ofType('AWS::Lambda::Permission')
    .some(
      ({ properties: { FunctionName, Principal, SourceArn } }) =>
        Principal === service &&
        template.named('AWS::Lambda::Function', String(FunctionName), at) === target &&
        (SourceArn === undefined || new RegExp(`^${wildcards(String(SourceArn))}$`).test(source)),
    )
  if (!permitted) throw new Error(`${at}: no permission lets ${service} invoke ${target.id}`)
}

const wildcards = (pattern: string) =>
  pattern.replace(/[.*+?^${}()|[\]\\]/g, (special) => (special === '*' ? '.*' : special === '?' ? '.' : `\\${special}`))
