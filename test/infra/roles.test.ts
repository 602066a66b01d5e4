import { runSimulation } from '@cloud-copilot/iam-simulate'
import { describe, expect, it } from 'vitest'
import { ofType, type Resource, tableNamed, template } from '../support/assembly.ts'
import { allows, type Grant, grants } from './grants.ts'

const steps = ['api', 'seal', 'publish', 'project', 'sweep']
const sandbox = await template('sandbox')
const all = grants(sandbox)
const [events] = tableNamed(sandbox, 'events')
const [log] = tableNamed(sandbox, 'log')
const [views] = tableNamed(sandbox, 'views')

/** Calls of a step on one resource, whatever their conditions. */
const callsOf = (step: string, resource: string) =>
  all
    .filter((grant) => grant.step === step && grant.resources.includes(resource))
    .flatMap(({ actions }) => actions)
    .map((action) => action.replace(/^[a-z]+:/, ''))
    .sort()

const isLogKey = (resource: string) => resource.includes(':ssm:')

describe('the roles', () => {
  it('are one of its own for each step, with nothing that AWS manages', () => {
    const roles = ofType(sandbox, 'AWS::IAM::Role')
    expect(new Set(all.map(({ step }) => step))).toEqual(new Set(steps))
    expect(roles).toHaveLength(steps.length)
    for (const [id, { Properties }] of roles) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns')
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        id.startsWith('Sweep')
          ? {
              Action: 'sts:AssumeRole',
              Effect: 'Allow',
              Principal: { Service: 'scheduler.amazonaws.com' },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            }
          : { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ])
    }
    const used = ofType(sandbox, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Role['Fn::GetAtt'][0])
    const [[, schedule]] = ofType(sandbox, 'AWS::Scheduler::Schedule') as [[string, Resource]]
    used.push(schedule.Properties.Target.RoleArn['Fn::GetAtt'][0])
    expect(new Set(used)).toEqual(new Set(roles.map(([id]) => id)))
  })

  it('name every action and every resource: no wildcard, no exception', () => {
    expect(all.length).toBeGreaterThan(10)
    for (const { actions, resources, effect } of all) {
      expect(effect).toBe('Allow')
      for (const name of [...actions, ...resources]) {
        expect(name).not.toMatch(/[*?]/)
        expect(name).not.toMatch(/^not /)
      }
    }
  })

  it('let no step change or remove what is recorded', () => {
    const changes = ['Update', 'Delete'].flatMap((verb) => [`dynamodb:${verb}Item`, `dynamodb:PartiQL${verb}`])
    const others = ['dynamodb:BatchWriteItem', 'dynamodb:PartiQLInsert', 'dynamodb:DeleteTable', 'dynamodb:UpdateTable']
    const touching = all.filter(({ resources }) => resources.some((one) => one.startsWith(events) || /[*?]/.test(one)))
    expect(new Set(touching.map(({ step }) => step))).toEqual(new Set(['api', 'seal', 'project']))
    expect(
      touching.flatMap(({ actions }) => actions.flatMap((action) => allows(action, [...changes, ...others]))),
    ).toEqual([])
  })

  it('let the API alone append to what is recorded', () => {
    const putting = all.filter(
      ({ actions, resources }) =>
        resources.some((one) => one.startsWith(events)) &&
        actions.some((one) => allows(one, ['dynamodb:PutItem']).length > 0),
    )
    expect(putting.map(({ step }) => step)).toEqual(['api'])
  })

  it('let project delete rows, which the log gives again, and nobody anything else', () => {
    const deletes = ['dynamodb:DeleteItem', 'dynamodb:BatchWriteItem', 'dynamodb:PartiQLDelete', 'dynamodb:DeleteTable']
    const deleting = all.flatMap(({ step, resources, actions }) =>
      actions.flatMap((action) => allows(action, deletes)).map((call) => `${step} ${call} ${resources}`),
    )
    expect(deleting.sort()).toEqual([
      `project dynamodb:BatchWriteItem ${views}.Arn`,
      `project dynamodb:DeleteItem ${views}.Arn`,
    ])
  })

  it('give each step just the calls it makes', () => {
    const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']
    const granted = Object.fromEntries(
      steps.map((step) => [
        step,
        Object.fromEntries(
          [...new Set(all.filter((grant) => grant.step === step).flatMap(({ resources }) => resources))]
            .filter((resource) => !isLogKey(resource)) // see below
            .sort()
            .map((resource) => [resource.replace(/[0-9A-F]{8}/, ''), callsOf(step, resource)]),
        ),
      ]),
    )
    const logs = (step: string) => ({ [`${step}Logs.Arn`]: ['CreateLogStream', 'PutLogEvents'] })
    expect(granted).toEqual({
      api: {
        ...logs('Api'),
        'EventsTable.Arn': ['BatchGetItem', 'PutItem', 'Query'],
        'LogTable.Arn': ['BatchGetItem', 'GetItem', 'Query'],
        'ViewsTable.Arn': ['BatchGetItem', 'GetItem', 'Query'],
        'TextsTable.Arn': ['GetItem', 'PutItem', 'Query'],
        'AccessTable.Arn': ['GetItem'],
      },
      seal: {
        ...logs('Seal'),
        'EventsTable.Arn': ['Query'],
        'EventsTable.StreamArn': stream,
        'EventsTable.Arn/index/by-hour': ['Query', 'Scan'],
        'LogTable.Arn': ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
        'ViewsTable.Arn': ['GetItem'],
      },
      sweep: { 'SealFunction.Arn': ['InvokeFunction'] },
      publish: {
        ...logs('Publish'),
        'LogTable.Arn': ['GetItem', 'Query', 'UpdateItem'],
        'LogTable.StreamArn': stream,
        'Bus.Arn': ['PutEvents'],
      },
      project: {
        ...logs('Project'),
        'EventsTable.Arn': ['Query'],
        'LogTable.Arn': ['GetItem', 'Query'],
        'LogTable.StreamArn': stream,
        'ViewsTable.Arn': [
          'BatchGetItem',
          'BatchWriteItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'Query',
          'Scan',
          'UpdateItem',
        ],
      },
    })
  })

  it('are the same in production', async () => {
    expect(grants(await template('production'))).toEqual(all)
  })
})

describe('the views table', () => {
  const arn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Views'

  it('shows seal how far the rows have come, and no row', async () => {
    const mine = all.filter((grant) => grant.step === 'seal' && grant.resources.includes(`${views}.Arn`))
    const verdict = async (action: string, keys: string[]) => {
      const simulated = await runSimulation(
        {
          request: {
            principal: 'arn:aws:sts::111122223333:assumed-role/step/session',
            action: `dynamodb:${action}`,
            resource: { resource: arn, accountId: '111122223333' },
            contextVariables: keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {},
          },
          identityPolicies: [
            {
              name: 'seal',
              policy: {
                Version: '2012-10-17',
                Statement: mine.map(({ actions, conditions }) => ({
                  Effect: 'Allow',
                  Action: actions,
                  Resource: arn,
                  Condition: conditions,
                })),
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
    for (const key of ['generation', '1#checkpoint', '27#checkpoint']) {
      expect(await verdict('GetItem', [key]), key).toBe('Allowed')
    }
    for (const keys of [['1#statements'], ['1#checkpoint', '1#speaker#mira-kovan'], ['1#parked'], []]) {
      expect(await verdict('GetItem', keys), keys.join()).toBe('ImplicitlyDenied')
    }
    expect(await verdict('PutItem', ['generation'])).toBe('ImplicitlyDenied')
  })
})

describe('the keys of the log', () => {
  const granted = all.filter(({ resources }) => resources.some(isLogKey))

  it('are named one by one, under the path that seal is told, and seal alone may make and read them', () => {
    expect(granted.map(({ step }) => step)).toEqual(['seal', 'seal'])
    const numbers = Array.from({ length: 16 }, (_, index) => index + 1)
    for (const { resources } of granted) {
      const endings = resources.map(
        (one) => /:parameter\/rapporteur\/.*"AWS::StackId".*\/log-key\/(\d+)$/.exec(one)?.[1],
      )
      expect(endings.map(Number).sort((a, b) => a - b)).toEqual(numbers)
    }
    const seal = ofType(sandbox, 'AWS::Lambda::Function').find(([id]) => id.startsWith('SealFunction'))?.[1]
    expect(JSON.stringify(seal?.Properties.Environment.Variables.LOG_KEYS)).toMatch(/"\/rapporteur\/".*"\/log-key\/"/)
  })

  it('are made and read, and never written over', async () => {
    const arn = 'arn:aws:ssm:eu-central-1:111122223333:parameter/rapporteur/id/log-key/1'
    const verdict = async (action: string, overwrite?: 'true' | 'false') => {
      const simulated = await runSimulation(
        {
          request: {
            principal: 'arn:aws:sts::111122223333:assumed-role/seal/session',
            action: `ssm:${action}`,
            resource: { resource: arn, accountId: '111122223333' },
            contextVariables: overwrite ? { 'ssm:Overwrite': overwrite } : {},
          },
          identityPolicies: [
            {
              name: 'seal',
              policy: {
                Version: '2012-10-17',
                Statement: granted.map(({ actions, conditions }) => ({
                  Effect: 'Allow',
                  Action: actions,
                  Resource: arn,
                  ...(conditions ? { Condition: conditions } : {}),
                })),
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
    expect(await verdict('GetParameter')).toBe('Allowed')
    expect(await verdict('PutParameter', 'false')).toBe('Allowed')
    expect(await verdict('PutParameter')).toBe('Allowed')
    expect(await verdict('PutParameter', 'true')).toBe('ImplicitlyDenied')
    for (const action of ['DeleteParameter', 'GetParameterHistory', 'LabelParameterVersion', 'GetParametersByPath']) {
      expect(await verdict(action), action).toBe('ImplicitlyDenied')
    }
  })

  it('are no part of the template: not as a parameter, not as a resource, not in an output or a variable', () => {
    const types = Object.values(sandbox.Resources).map(({ Type }) => Type)
    expect(types.filter((type) => /SSM|KMS|SecretsManager/.test(type))).toEqual([])
    const said = JSON.stringify([sandbox.Outputs, ofType(sandbox, 'AWS::Lambda::Function')])
    expect(said).not.toMatch(/resolve:ssm|SecureString|PRIVATE/i)
  })
})

describe('the log table', () => {
  const arn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Log'

  /** What a policy simulator says of a step's write of one item to the log. */
  async function verdict(step: string, action: string, keys: string[]): Promise<string> {
    const mine = all.filter((grant) => grant.step === step && grant.resources.includes(`${log}.Arn`))
    const simulated = await runSimulation(
      {
        request: {
          principal: 'arn:aws:sts::111122223333:assumed-role/step/session',
          action: `dynamodb:${action}`,
          resource: { resource: arn, accountId: '111122223333' },
          contextVariables: keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {},
        },
        identityPolicies: [{ name: step, policy: { Version: '2012-10-17', Statement: mine.map(statementOf) } }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    )
    if (simulated.resultType !== 'single') throw new Error(`Not simulated: ${JSON.stringify(simulated)}`)
    return simulated.overallResult
  }

  const statementOf = ({ actions, conditions }: Grant) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: arn,
    ...(conditions ? { Condition: conditions } : {}),
  })

  it('lets publish move its own checkpoint and write nothing else', async () => {
    expect(await verdict('publish', 'UpdateItem', ['consumer#publish'])).toBe('Allowed')
    for (const keys of [['head'], ['entries#0'], ['consumer#deliver'], ['consumer#publish', 'head'], []]) {
      expect(await verdict('publish', 'UpdateItem', keys), keys.join()).toBe('ImplicitlyDenied')
    }
    expect(await verdict('publish', 'PutItem', ['consumer#publish'])).toBe('ImplicitlyDenied')
  })

  it('lets seal put anything but the checkpoint of publish', async () => {
    for (const key of ['head', 'entries#0', 'stream#mission-harbour-watch', 'parked']) {
      expect(await verdict('seal', 'PutItem', [key]), key).toBe('Allowed')
    }
    for (const keys of [['consumer#publish'], ['head', 'consumer#publish'], []]) {
      expect(await verdict('seal', 'PutItem', keys), keys.join()).toBe('ImplicitlyDenied')
    }
    expect(await verdict('seal', 'UpdateItem', ['head'])).toBe('ImplicitlyDenied')
  })

  it('is written by no other step', async () => {
    for (const step of ['api', 'project']) {
      for (const action of ['PutItem', 'UpdateItem'])
        expect(await verdict(step, action, ['head'])).toBe('ImplicitlyDenied')
    }
  })
})
