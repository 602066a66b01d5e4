import { describe, expect, it } from 'vitest'
import { type Json, type References, resolve, Unsupported } from '../../../infra/local/intrinsics.ts'

const references: References = {
  ref: (name) => `<${name}>`,
  attribute: (id, name) => `<${id} ${name}>`,
}

describe('an intrinsic function', () => {
  it.each<[Json, Json]>([
    [{ Ref: 'Table' }, '<Table>'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, '<Table Arn>'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, '<Table Arn>'],
    [{ 'Fn::Sub': `\${AWS::Region}/\${Table.Arn}/\${!Literal}` }, `<AWS::Region>/<Table Arn>/\${Literal}`],
    [{ 'Fn::Sub': [`\${Given}-\${Table}`, { Given: { Ref: 'Other' } }] }, '<Other>-<Table>'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }, 3]] }, 'a-<B>-3'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'one/two/three'] }] }, 'two'],
    [{ a: [{ Ref: 'B' }, { c: { Ref: 'D' } }] }, { a: ['<B>', { c: '<D>' }] }],
    [
      { Effect: 'Allow', Condition: { Null: { key: 'false' } } },
      { Effect: 'Allow', Condition: { Null: { key: 'false' } } },
    ],
  ])('%j gives %j', (given, wanted) => {
    expect(resolve(given, references, 'here')).toEqual(wanted)
  })

  it.each<[Json, string]>([
    [{ 'Fn::ImportValue': 'elsewhere' }, 'here: Fn::ImportValue is not known to the local cloud'],
    [{ a: { 'Fn::If': ['c', 1, 2] } }, 'here.a: Fn::If is not known to the local cloud'],
    [{ a: [{ Condition: 'IsProduction' }] }, 'here.a.0: Condition is not known to the local cloud'],
  ])('%j is refused by name', (given, message) => {
    expect(() => resolve(given, references, 'here')).toThrow(Unsupported)
    expect(() => resolve(given, references, 'here')).toThrow(message)
  })

  it('that selects beyond the end is an error, not undefined', () => {
    expect(() => resolve({ 'Fn::Select': [2, ['a']] }, references, 'here')).toThrow('takes number 2 of fewer')
  })
})
