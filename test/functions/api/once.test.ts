import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mission, organization, recordGround, statement } from './fixtures.ts'
import { type Served, serve } from './served.ts'

let served: Served
const ask: Served['ask'] = (...asked) => served.ask(...asked)

beforeAll(async () => {
  served = await serve()
  await recordGround(served)
})
afterAll(() => served.stop())

describe('what can be so only once', () => {
  const told = async (path: string, json: object) => {
    const { status, body } = await ask('POST', path, { json })
    return status < 300 ? status : [status, body.type, ...(body.into ? [body.into] : [])]
  }

  it('is a merge, until it is undone', async () => {
    await ask('PUT', '/actors/bulletin-board', { json: organization })
    const merge = (into: string, reason: string) => told('/actors/bulletin-board/merge', { into, reason })
    const undo = (reason: string) => told('/actors/bulletin-board/merge/withdrawal', { reason })
    expect(await undo('two papers')).toEqual([409, '/problems/actor-not-merged'])
    expect(await merge('ostmark-bulletin', 'one paper')).toBe(201)
    expect(await merge('ostmark-council', 'its own paper')).toEqual([409, '/problems/actor-merged', 'ostmark-bulletin'])
    expect(await undo('two papers')).toBe(201)
    expect(await merge('ostmark-council', 'its own paper')).toBe(201)
  })

  it('is the closure of a mission, until it is reopened', async () => {
    await ask('POST', '/missions', { json: mission })
    const close = (reason: string) => told('/missions/harbour-watch/closure', { reason })
    const reopen = (reason: string) => told('/missions/harbour-watch/closure/withdrawal', { reason })
    expect(await reopen('back')).toEqual([409, '/problems/mission-not-closed'])
    expect(await close('gone')).toBe(201)
    expect(await close('gone, they say')).toEqual([409, '/problems/mission-closed'])
    expect(await reopen('back')).toBe(201)
    expect(await close('gone for good')).toBe(201)
  })

  it('is the withdrawal of what was retracted, until it is retracted again', async () => {
    const path = (await ask('POST', '/statements', { json: statement })).headers.get('Location') ?? ''
    const retract = (reason: string) => told(`${path}/retraction`, { by: 'desk', reason })
    const withdraw = (reason: string) => told(`${path}/retraction/withdrawal`, { reason })
    expect(await withdraw('it stands')).toEqual([409, '/problems/not-retracted'])
    expect(await retract('entered twice')).toBe(201)
    expect(await withdraw('it stands')).toBe(201)
    expect(await withdraw('it stands indeed')).toEqual([409, '/problems/not-retracted'])
    expect(await retract('entered twice after all')).toBe(201)
  })
})
