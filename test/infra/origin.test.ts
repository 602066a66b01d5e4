import { App, Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { stageOf } from '../../infra/stage.ts'
import { ofType, template } from '../support/assembly.ts'

const originOf = (origin?: string) =>
  stageOf(new Stack(new App({ context: { stage: 'sandbox', ...(origin === undefined ? {} : { origin }) } }), 'Stack'))
    .origin

describe('the name of the log', () => {
  it('is that of the stack’s id, where none is given', async () => {
    expect(originOf()).toBeUndefined()
    const seal = ofType(await template('sandbox'), 'AWS::Lambda::Function').find(([id]) =>
      id.startsWith('SealFunction'),
    )
    expect(seal?.[1].Properties.Environment.Variables.ORIGIN).toEqual({
      'Fn::Join': ['', ['rapporteur-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]],
    })
  })

  it('is a host, and a path if need be', () => {
    expect(originOf('log.harbour-watch.example')).toBe('log.harbour-watch.example')
    expect(originOf('harbour-watch.example/missions/2031')).toBe('harbour-watch.example/missions/2031')
  })

  it('is nothing else', () => {
    const wrong = [
      '',
      'harbourwatch',
      'https://log.example',
      'log.example/',
      'log.example/a b',
      'log.example/a+b',
      'log.example\n',
    ]
    for (const origin of wrong) expect(() => originOf(origin), origin).toThrow('A log is called by a host')
  })
})
