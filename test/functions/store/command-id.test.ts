import { describe, expect, it } from 'vitest'
import { commandHash, commandId, drawSalts, idempotencyKeyPattern } from '#functions/store/command-id.ts'

describe('a commandid', () => {
  it('is the same whenever a key is sent again by the same caller: a frozen vector', () =>
    expect(commandId('desk-a-1', 'import-7/line-3')).toBe('k-3r732rsle2wjxaambfkjxgeraf'))

  it('differs by caller, and cannot be made to meet by shifting the border between the two', () => {
    expect(commandId('a', 'b')).not.toBe(commandId('b', 'b'))
    expect(commandId('ab', 'c')).not.toBe(commandId('a', 'bc'))
  })

  it('is random without a key', () => {
    expect(commandId('desk-a-1')).toMatch(/^r-[a-z2-7]{26}$/)
    expect(commandId('desk-a-1')).not.toBe(commandId('desk-a-1'))
  })
})

it('takes printable ASCII, 1 to 128 characters, as an idempotency key', () => {
  for (const key of ['a', ' ~', 'x'.repeat(128)]) expect(key).toMatch(idempotencyKeyPattern)
  for (const key of ['', 'x'.repeat(129), 'é', 'a\nb', 'a\n', '\t']) expect(key).not.toMatch(idempotencyKeyPattern)
})

it('hashes method, path and body, whatever the order of the body’s members', () => {
  const hash = commandHash('POST', '/statements', { a: 1, b: [2] })
  expect(commandHash('POST', '/statements', { b: [2], a: 1 })).toBe(hash)
  expect(commandHash('PUT', '/statements', { a: 1, b: [2] })).not.toBe(hash)
  expect(commandHash('POST', '/missions', { a: 1, b: [2] })).not.toBe(hash)
  expect(commandHash('POST', '/statements', { a: 1, b: [3] })).not.toBe(hash)
})

it('draws a salt of 16 bytes for each event of a call, and keeps it', () => {
  const salt = drawSalts()
  expect(Buffer.from(salt(0), 'base64url')).toHaveLength(16)
  expect(salt(0)).toBe(salt(0))
  expect(salt(1)).not.toBe(salt(0))
  expect(drawSalts()(0)).not.toBe(salt(0))
})
