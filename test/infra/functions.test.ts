import { describe, expect, it } from 'vitest'
import { apiEnv } from '#functions/api/env.ts'
import { projectEnv } from '#functions/project/env.ts'
import { publishEnv } from '#functions/publish/env.ts'
import { sealEnv } from '#functions/seal/env.ts'
import type { NodeFunctionProps } from '../../infra/constructs/node-function.ts'
import { ofType, type Resource, tableNamed, template } from '../support/assembly.ts'

const sandbox = await template('sandbox')
const production = await template('production')
const environments: Record<string, readonly string[]> = {
  Api: apiEnv,
  Seal: sealEnv,
  Publish: publishEnv,
  Project: projectEnv,
}
const functions = ofType(sandbox, 'AWS::Lambda::Function')
const idOf = (step: string) => {
  const found = functions.find(([id]) => id.startsWith(`${step}Function`))
  if (!found) throw new Error(`No function ${step}`)
  return found[0]
}
const propertiesOf = (step: string): Resource['Properties'] => sandbox.Resources[idOf(step)]?.Properties

describe('the functions', () => {
  it('are the four steps', () => {
    expect(functions.map(([id]) => id.replace(/Function[0-9A-F]{8}$/, '')).sort()).toEqual(
      Object.keys(environments).sort(),
    )
  })

  it('have exactly the variables that each step reads, and one for Node: stack traces name the source', () => {
    for (const [step, names] of Object.entries(environments)) {
      const { NODE_OPTIONS, ...variables } = propertiesOf(step).Environment.Variables
      expect(Object.keys(variables).sort(), step).toEqual([...names].sort())
      expect(NODE_OPTIONS, step).toBe('--enable-source-maps')
    }
  })

  it('do not compile with a variable too few or too many', () => {
    type Env = NodeFunctionProps<typeof sealEnv>['env']
    const tables = { EVENTS_TABLE: 'events', LOG_TABLE: 'log', VIEWS_TABLE: 'views' }
    const right: Env = { ...tables, LOG_KEYS: '/rapporteur/log-key/', ORIGIN: 'log.example.org' }
    // @ts-expect-error four are missing
    const less: Env = { EVENTS_TABLE: 'events' }
    // @ts-expect-error seal does not read TEXTS_TABLE
    const more: Env = { ...right, TEXTS_TABLE: 'texts' }
    expect(Object.keys(right).sort()).toEqual([...sealEnv].sort())
    expect([less, more].map((env) => Object.keys(env).length)).toEqual([1, 6])
  })

  it('are told the table, bus or source that a variable names', () => {
    for (const step of Object.keys(environments)) {
      for (const [name, value] of Object.entries<{ Ref?: string }>(propertiesOf(step).Environment.Variables)) {
        const table = /^([A-Z]+)_TABLE$/.exec(name)?.[1]
        if (table) expect(value.Ref, name).toBe(tableNamed(sandbox, table)[0])
      }
    }
    expect(sandbox.Resources[propertiesOf('Publish').Environment.Variables.EVENT_BUS.Ref]?.Type).toBe(
      'AWS::Events::EventBus',
    )
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }
    expect(propertiesOf('Api').Environment.Variables.SOURCE).toEqual({ 'Fn::Join': ['', ['urn:rapporteur:', uuid]] })
  })

  it('run on arm64, on Node 24, with no capacity set aside and no network of their own', () => {
    for (const [id, { Properties }] of functions) {
      expect(Properties, id).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
      })
      for (const costly of [
        'ReservedConcurrentExecutions',
        'VpcConfig',
        'KmsKeyArn',
        'SnapStart',
        'DeadLetterConfig',
      ]) {
        expect(Properties, id).not.toHaveProperty(costly)
      }
    }
  })

  it('answer before the gateway gives up, and never outlast what a function may', () => {
    expect(propertiesOf('Api').Timeout).toBeLessThan(30)
    expect(propertiesOf('Project').Timeout).toBeGreaterThan(600) // it works ten minutes
    for (const [, { Properties }] of functions) expect(Properties.Timeout).toBeLessThanOrEqual(900)
  })

  it('log to a group of their own, which forgets', () => {
    const used = functions.map(([, { Properties }]) => Properties.LoggingConfig.LogGroup.Ref)
    expect(new Set(used).size).toBe(functions.length)
    for (const [template, days] of [
      [sandbox, 7],
      [production, 90],
    ] as const) {
      const groups = ofType(template, 'AWS::Logs::LogGroup')
      expect(groups.map(([id]) => id)).toEqual(expect.arrayContaining(used))
      for (const [id, { Properties }] of groups) expect(Properties, id).toEqual({ RetentionInDays: days })
    }
  })
})

describe('the doorbells', () => {
  const doorbells = ofType(sandbox, 'AWS::Lambda::EventSourceMapping')
  const of = (step: string): Resource['Properties'] =>
    doorbells.find(([, { Properties }]) => Properties.FunctionName.Ref === idOf(step))?.[1].Properties

  it('ring seal for whatever befalls events', () => {
    expect(of('Seal').EventSourceArn).toEqual({ 'Fn::GetAtt': [tableNamed(sandbox, 'events')[0], 'StreamArn'] })
    expect(of('Seal')).not.toHaveProperty('FilterCriteria')
  })

  it('ring publish and project when the head of the log moves, and for nothing else', () => {
    for (const step of ['Publish', 'Project']) {
      expect(of(step).EventSourceArn).toEqual({ 'Fn::GetAtt': [tableNamed(sandbox, 'log')[0], 'StreamArn'] })
      const patterns = of(step).FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))
      expect(patterns).toEqual([{ dynamodb: { Keys: { pk: { S: ['head'] } } } }])
    }
  })

  it('ring at once, from the first record on, until they are answered, and drop nothing', () => {
    for (const [id, { Properties }] of doorbells) {
      expect(Properties, id).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        ParallelizationFactor: 1,
        MaximumRetryAttempts: -1,
        BisectBatchOnFunctionError: false,
      })
      for (const other of [
        'DestinationConfig',
        'MaximumBatchingWindowInSeconds',
        'MaximumRecordAgeInSeconds',
        'TumblingWindowInSeconds',
        'FunctionResponseTypes',
      ]) {
        expect(Properties, id).not.toHaveProperty(other)
      }
      expect(Properties.Enabled, id).not.toBe(false)
    }
  })

  it('are two at most on each stream', () => {
    const perStream = Object.groupBy(doorbells, ([, { Properties }]) => JSON.stringify(Properties.EventSourceArn))
    expect(doorbells).toHaveLength(3)
    for (const readers of Object.values(perStream)) expect(readers?.length).toBeLessThanOrEqual(2)
  })
})
