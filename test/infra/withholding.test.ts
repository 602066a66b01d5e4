import { runSimulation } from '@cloud-copilot/iam-simulate'
import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { withholdEnv } from '#functions/withhold/env.ts'
import { stageOf } from '../../infra/stage.ts'
import { ofType, tableNamed, template } from '../support/assembly.ts'
import { allows, type Grant, grants } from './grants.ts'

const without = await template('production')
const withIt = await template('production', { withholding: true })
const changes = ['UpdateItem', 'DeleteItem', 'PartiQLUpdate', 'PartiQLDelete', 'BatchWriteItem'].map(
  (call) => `dynamodb:${call}`,
)
const changing = (stack: typeof without, table: 'events' | 'log') => {
  const arn = `${tableNamed(stack, table)[0]}.Arn`
  return grants(stack).flatMap(({ step, actions, resources }) =>
    resources.includes(arn)
      ? actions.flatMap((action) => allows(action, changes)).map((call) => `${step} ${call}`)
      : [],
  )
}

describe('a stack that is not asked for withholding', () => {
  it('has nothing that could change an event, nor a chunk of the log', () => {
    expect(ofType(without, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Withhold'))).toEqual([])
    expect(without.Outputs).not.toHaveProperty('WithholdFunction')
    expect(changing(without, 'events')).toEqual([])
    expect(changing(without, 'log')).toEqual(['publish dynamodb:UpdateItem']) // its own checkpoint
  })
})

describe('a stack that is', () => {
  const mine = grants(withIt).filter(({ step }) => step === 'withhold')

  it('has one function more, that nothing calls but a person', () => {
    const added = Object.keys(withIt.Resources).filter((id) => !(id in without.Resources))
    expect(added.length).toBeGreaterThan(2)
    expect(added.filter((id) => !id.startsWith('Withhold'))).toEqual([])
    const [found, ...others] = ofType(withIt, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Withhold'))
    if (!found) return expect.fail('no function')
    const [id, { Properties }] = found
    expect(others).toEqual([])
    const { NODE_OPTIONS: _, ...variables } = Properties.Environment.Variables
    expect(Object.keys(variables).sort()).toEqual([...withholdEnv].sort())
    expect(withIt.Outputs.WithholdFunction?.Value).toEqual({ Ref: id })
    for (const type of ['AWS::Lambda::EventSourceMapping', 'AWS::Scheduler::Schedule', 'AWS::Lambda::Permission']) {
      for (const [, resource] of ofType(withIt, type)) expect(JSON.stringify(resource)).not.toContain(id)
    }
  })

  it('lets that one alone change events, and chunks', () => {
    expect(changing(withIt, 'events')).toEqual(['withhold dynamodb:UpdateItem'])
    expect(changing(withIt, 'log').sort()).toEqual(['publish dynamodb:UpdateItem', 'withhold dynamodb:UpdateItem'])
    expect(
      mine.flatMap(({ actions }) => actions).filter((action) => /Put(?!LogEvents)|Delete|\*/.test(action)),
    ).toEqual([])
  })

  it('lets it change nothing in the log but chunks of entries', async () => {
    const arn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Log'
    const log = `${tableNamed(withIt, 'log')[0]}.Arn`
    const statementOf = ({ actions, conditions }: Grant) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: arn,
      ...(conditions ? { Condition: conditions } : {}),
    })
    const verdict = async (keys: string[]) => {
      const simulated = await runSimulation(
        {
          request: {
            principal: 'arn:aws:sts::111122223333:assumed-role/step/session',
            action: 'dynamodb:UpdateItem',
            resource: { resource: arn, accountId: '111122223333' },
            contextVariables: keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {},
          },
          identityPolicies: [
            {
              name: 'withhold',
              policy: {
                Version: '2012-10-17',
                Statement: mine.filter(({ resources }) => resources.includes(log)).map(statementOf),
              },
            },
          ],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        {},
      )
      if (simulated.resultType !== 'single') throw new Error(`Not simulated: ${JSON.stringify(simulated)}`)
      return simulated.overallResult
    }
    for (const key of ['entries#0', 'entries#4096']) expect(await verdict([key]), key).toBe('Allowed')
    for (const keys of [['head'], ['checkpoint'], ['tile#0#1'], ['stream#actor-a'], ['entries#0', 'head'], []]) {
      expect(await verdict(keys), keys.join()).toBe('ImplicitlyDenied')
    }
  })
})

describe('whether a stage is', () => {
  it.each([
    [undefined, false],
    ['false', false],
    ['true', true],
    [true, true],
  ])('is what -c withholding=%s says: %s', (word, expected) => {
    expect(stageOf(new App({ context: word === undefined ? {} : { withholding: word } })).withholding).toBe(expected)
  })

  it.each(['yes', '', 1])('is never so by a slip: -c withholding=%s is refused', (word) => {
    expect(() => stageOf(new App({ context: { withholding: word } }))).toThrow('say -c withholding=true or')
  })
})
