import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { stageOf } from '../../infra/stage.ts'
import { ofType, type Template, template } from '../support/assembly.ts'

const stages: Record<string, Template> = {
  public: await template('production'),
  private: await template('production', { private: true }),
}
/** Of the one function that answers HTTP, for it alone knows where the keys are. */
const variables = (stack: Template) => {
  const [found, ...others] = ofType(stack, 'AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties.Environment.Variables)
    .filter((variables) => 'ACCESS_TABLE' in variables)
  expect(others).toEqual([])
  return found
}

describe('a private stage', () => {
  it('tells the API that reading needs a key, and any other that it does not', () => {
    expect(variables(stages.private as Template).READS).toBe('private')
    expect(variables(stages.public as Template).READS).toBe('public')
  })

  it('is the same in all else', () => {
    const texts = Object.values(stages).map((stack) =>
      JSON.stringify(stack).replace('"READS":"private"', '"READS":"public"'),
    )
    expect(texts[0]).toBe(texts[1])
  })

  it.each([
    [undefined, false],
    ['false', false],
    [false, false],
    ['true', true],
    [true, true],
  ])('is what -c private=%s says: %s', (word, expected) => {
    expect(stageOf(new App({ context: word === undefined ? {} : { private: word } })).private).toBe(expected)
  })

  it.each(['yes', '', 'True', 1])('is never one by a slip, nor public by one: -c private=%s is refused', (word) => {
    expect(() => stageOf(new App({ context: { private: word } }))).toThrow('say -c private=true or -c private=false')
  })
})
