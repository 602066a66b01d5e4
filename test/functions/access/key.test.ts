import { expect, it } from 'vitest'
import { createKey, hashOf, idOf, slugOf, verify } from '#functions/access/key.ts'
import { allows, isScope } from '#functions/access/scopes.ts'

const now = new Date('2031-02-14T08:00:00Z')

it('makes a key of 256 random bits that nobody gets twice', () => {
  const made = Array.from({ length: 200 }, () => createKey('City desk', ['record'], now))
  expect(new Set(made.map(({ key }) => key)).size).toBe(200)
  expect(new Set(made.map(({ item }) => item.id)).size).toBe(200)
  for (const { key } of made) {
    expect(key).toMatch(/^rk_[a-z2-7]{16}_[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(key.slice(20), 'base64url')).toHaveLength(32)
  }
})

it('keeps a hash of the key and nothing of its secret', () => {
  const { key, item } = createKey('City desk', ['record', 'revise'], now)
  expect(item).toEqual({
    id: idOf(key),
    hash: hashOf(key),
    name: 'City desk',
    slug: 'city-desk',
    scopes: ['record', 'revise'],
    createdAt: '2031-02-14T08:00:00.000Z',
  })
  expect(JSON.stringify(item)).not.toContain(key.slice(20))
})

it('knows its own key and no other of the same id', () => {
  const { key, item } = createKey('City desk', [], now)
  expect(verify(key, item)).toBe(true)
  for (const other of [`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, key.toUpperCase(), `${key}A`, '']) {
    expect(verify(other, item)).toBe(false)
  }
  expect(verify(key, { hash: 'short' })).toBe(false)
})

it.each([
  'rk_',
  'rk_abcdefghijklmnop_short',
  'rk_ABCDEFGHIJKLMNOP_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'sk_abcdefghijklmnop_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'rk_abcdefghijklmnop_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
])('takes %j for no key at all', (word) => expect(idOf(word)).toBeUndefined())

it.each([
  ['City desk', 'city-desk'],
  ['  Café No. 5 ', 'cafe-no-5'],
  ['--Ostmark / Bulletin--', 'ostmark-bulletin'],
  ['x'.repeat(70), 'x'.repeat(64)],
  [`${'x'.repeat(63)} y`, 'x'.repeat(63)],
  ['…', ''],
])('makes of the name %j the slug %j', (name, slug) => expect(slugOf(name)).toBe(slug))

it('refuses a name that gives no slug', () => {
  expect(() => createKey('…', ['record'], now)).toThrow('"…"')
})

it('lets a key do what its scopes say, and one with admin everything', () => {
  expect(allows(['record'], 'record')).toBe(true)
  expect(allows(['record'], 'revise')).toBe(false)
  expect(allows([], 'read')).toBe(false)
  expect(allows(['admin'], 'read-text')).toBe(true)
  expect(isScope('read-text')).toBe(true)
  expect(isScope('toString')).toBe(false)
})
