import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { RapporteurStack } from '../../infra/stack.ts'
import { stageOf } from '../../infra/stage.ts'
import { ofType, type Template as Read, template } from '../support/assembly.ts'
import { grants } from './grants.ts'

const ostmark =
  'witness.ostmark.example+5e4a9a16+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c https://w.ostmark.example/log'
const harbour = 'witness.harbour.example+1a2b3c4d+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU https://harbour.example'

const witnessesOf = (witnesses?: string) =>
  stageOf(new Stack(new App({ context: witnesses === undefined ? {} : { witnesses } }), 'Stack')).witnesses

/** The stack's template, without the code of its functions. */
function withWitnesses(): Read {
  const app = new App({ context: { witnesses: `${ostmark}, ${harbour}`, 'aws:cdk:bundling-stacks': [] } })
  return Template.fromStack(new RapporteurStack(app, 'Stack', stageOf(app))).toJSON() as Read
}

describe('witnesses', () => {
  it('are named by the stage, each by a key and an address; by default there are none', () => {
    expect(witnessesOf()).toEqual([])
    expect(witnessesOf(`${ostmark}, ${harbour}`).map(({ name, url }) => [name, url])).toEqual([
      ['witness.ostmark.example', 'https://w.ostmark.example/log'],
      ['witness.harbour.example', 'https://harbour.example'],
    ])
  })

  it('are refused by name where they are none', () => {
    for (const wrong of ['x', ostmark.replace('+BI', '+AI'), ostmark.split(' ')[0] ?? '', `${ostmark},`]) {
      expect(() => witnessesOf(wrong), wrong).toThrow('A witness is "<vkey> <url>"')
    }
    expect(() => witnessesOf(`${ostmark}, ${ostmark}`)).toThrow('is named twice')
  })

  it('cost a stack that has none nothing: no function, no variable, no grant', async () => {
    const stack = await template('sandbox')
    expect(JSON.stringify(stack)).not.toMatch(/WitnessFunction|WITNESS/)
    expect(
      grants(stack)
        .filter(({ actions }) => actions.includes('lambda:InvokeFunction'))
        .map(({ step }) => step),
    ).toEqual(['sweep'])
  })

  it('are asked by a function that seal may call, and that writes nothing but what they say', () => {
    const stack = withWitnesses()
    const all = grants(stack)
    const [seal, witness, api] = ['Seal', 'Witness', 'Api'].map((step) => {
      const found = ofType(stack, 'AWS::Lambda::Function').find(([id]) => id.startsWith(`${step}Function`))
      return found as NonNullable<typeof found>
    }) as [
      [string, Read['Resources'][string]],
      [string, Read['Resources'][string]],
      [string, Read['Resources'][string]],
    ]
    expect(seal[1].Properties.Environment.Variables.WITNESS_FUNCTION).toEqual({ Ref: witness[0] })
    expect(api[1].Properties.Environment.Variables.WITNESSES).toBe('witness.ostmark.example witness.harbour.example')
    expect(witness[1].Properties.Environment.Variables.WITNESSES).toBe(`${ostmark}, ${harbour}`)
    const calls = all.filter(({ step, actions }) => step === 'seal' && actions.includes('lambda:InvokeFunction'))
    expect(calls.map(({ resources }) => resources)).toEqual([[`${witness[0]}.Arn`]])

    const writes = all.filter(
      ({ step, actions }) => step === 'witness' && actions.some((one) => /Put|Update|Delete|Write/.test(one)),
    )
    expect(writes.filter(({ actions }) => actions.join() !== 'logs:CreateLogStream,logs:PutLogEvents')).toMatchObject([
      {
        actions: ['dynamodb:PutItem'],
        conditions: {
          'ForAllValues:StringEquals': {
            'dynamodb:LeadingKeys': ['witnessed', 'witness#witness.ostmark.example', 'witness#witness.harbour.example'],
          },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
    ])
    const sealing = all.find(({ step, actions }) => step === 'seal' && actions.includes('dynamodb:PutItem'))
    expect(sealing?.conditions).toMatchObject({
      'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': ['consumer#publish', 'witness#*', 'witnessed'] },
    })
  })
})
