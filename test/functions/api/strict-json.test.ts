import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deepest, MalformedBody, readStrictJson } from '#functions/api/strict-json.ts'

const read = (text: string) => readStrictJson(new TextEncoder().encode(text))
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

it('reads any JSON as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      expect(read(text)).toEqual(JSON.parse(text))
    }),
  )
})

it.each([
  ['{"a":1,"a":1}', '#/a'],
  ['{"a":{"b":[1,{"c":1,"d":{},"c":2}]}}', '#/a/b/1/c'],
  ['[{"a":1},{"a":1,"a":2}]', '#/1/a'],
  ['{"a":1,"\\u0061":2}', '#/a'],
  ['{"":1,"":2}', '#/'],
  ['{"a/b~c":1 , "a/b~c" : 2}', '#/a~1b~0c'],
  ['{"x y":1,"x y":2}', '#/x%20y'],
  ['{"__proto__":1,"__proto__":2}', '#/__proto__'],
  ['{"\\ud800":1,"\\ud800":2}', '#/%EF%BF%BD'],
  ['{"a":"\\\\","b":"\\"","a":2}', '#/a'],
])('refuses %s, naming %s', (text, pointer) => {
  expect(() => read(text)).toThrow(new MalformedBody(`The body gives ${pointer} twice.`))
})

it.each([
  '{"a":"a","b":"a"}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":1}]',
  '{"a":["a","a",{"a":"a"}],"b":{"a":1}}',
  '{"a":"{\\"a\\":1,\\"a\\":2}"}',
])('takes %s, where no object has a name twice', (text) => expect(read(text)).toEqual(JSON.parse(text)))

it('says so of a byte order mark, which nobody sees', () => {
  expect(() => read('\ufeff{}')).toThrow('The body is not JSON: it begins with a byte order mark.')
})

it.each(['{', '{"a":1,}', "{'a':1}", 'NaN', '{"a":01}', '\ufeff{}', '{"a":"\n"}', '{} {}'])(
  'refuses %j, which is not JSON',
  (text) => expect(() => read(text)).toThrow(/^The body is not JSON: .+\.$/),
)

it.each(['', ' \n'])('refuses the empty body %j', (text) => expect(() => read(text)).toThrow('The body is empty'))

it.each([
  [[0x22, 0xff, 0x22]],
  [[0x22, 0xc0, 0x80, 0x22]],
  [[0x22, 0xed, 0xa0, 0x80, 0x22]],
  [[0xfe, 0xff, 0x00, 0x22]],
])('refuses the bytes %j, which are not UTF-8', (bytes) =>
  expect(() => readStrictJson(Uint8Array.from(bytes))).toThrow('The body is not UTF-8.'),
)

it('refuses a body nested deeper than anyone needs, however deep', () => {
  expect(read(nested(deepest))).toBeInstanceOf(Array)
  for (const depth of [deepest + 1, 100_000]) expect(() => read(nested(depth))).toThrow('nested more than 64 levels')
  expect(() => read(`${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`)).toThrow('nested more than 64 levels')
})

it('keeps a member __proto__ as a member, and lets it touch no prototype', () => {
  const value = read('{"__proto__":{"admin":true}}') as object
  expect(Object.keys(value)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})

it('reads the largest body, all of it escapes', () => {
  const text = `{"a":"${'\\"'.repeat(120_000)}"}`
  expect(read(text)).toEqual({ a: '"'.repeat(120_000) })
})
