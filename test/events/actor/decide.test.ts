import { describe, expect, it } from 'vitest'
import { actor } from '#events/actor/kind.ts'
import { actorView } from '#events/actor/view.ts'
import { folded, given } from '../../support/given.ts'
import { register, registered } from './fixtures.ts'

describe('registering an actor', () => {
  it('keeps who it is', () => {
    const names = { names: ['M. Kovan', 'Мира Кован'], sameAs: ['https://www.wikidata.example/entity/Q0'] }
    given(actor, []).when(register(names)).thenAdds(registered(names))
  })

  it.each(['person', 'organization', 'state', 'collective', 'unnamed'])('may be of a %s', (kind) =>
    given(actor, []).when(register({ kind })).thenAdds(registered({ kind })),
  )

  it('adds nothing when told the same again, and says where it is told differently', () => {
    given(actor, [registered()])
      .when(register({ names: [] }))
      .thenAlready(1)
    given(actor, [registered()])
      .when(register({ kind: 'unnamed', names: ['M. Kovan'] }))
      .thenRefused('already-recorded', { differences: ['#/kind', '#/names'] })
  })

  it('is shown as it was registered', () =>
    expect(actorView(folded(actor, [registered()]))).toEqual({
      ...registered().data,
      version: 1,
      recordedAt: '2031-02-14T09:30:00.000Z',
      recordedBy: 'desk',
      revised: false,
      memberships: [],
    }))
})

describe('revising an actor', () => {
  const revise = (from: number, changes: object = {}) => {
    const { actorId: _, ...data } = register(changes).data
    return { type: 'ReviseActor', data: { ...data, from } } as const
  }
  const revised = (changes: object = {}) => {
    const { from: _, ...data } = revise(1, changes).data
    return { type: 'ActorRevised', data } as const
  }
  const married = { name: 'Mira Kovan-Brandt', names: ['Mira Kovan'] }

  it('keeps who it is, anew and whole', () => {
    given(actor, [registered()]).when(revise(1, married)).thenAdds(revised(married))
    const view = actorView(folded(actor, [registered(), revised(married)]))
    expect(view).toMatchObject({ ...married, version: 2, revised: true, recordedAt: '2031-02-14T09:30:00.000Z' })
  })

  it('is known by the version it was made from, whatever came since', () => {
    const history = [registered(), revised(married), revised({ kind: 'unnamed' })]
    given(actor, history).when(revise(1, married)).thenAlready(2)
    given(actor, history)
      .when(revise(2, { kind: 'unnamed' }))
      .thenAlready(3)
  })

  it('is refused from a version that is not the present one', () => {
    const history = [registered(), revised(married), revised({ kind: 'unnamed' })]
    given(actor, history).when(revise(2, married)).thenRefused('version-conflict', { expected: 2, actual: 3 })
    given(actor, history)
      .when(revise(1, { kind: 'unnamed' }))
      .thenRefused('version-conflict')
    given(actor, history).when(revise(4, married)).thenRefused('version-conflict')
    given(actor, []).when(revise(1)).thenRefused('version-conflict', { expected: 1, actual: 0 })
  })

  it('adds nothing where that is who it is', () => {
    given(actor, [registered()]).when(revise(1)).thenAlready(1)
    const undone = { type: 'MergeUndone', data: { reason: 'two after all' } } as const
    given(actor, [registered(), revised(married), undone])
      .when(revise(3, married))
      .thenAlready(2)
  })

  it('may go back to what was registered, while that told again without a version is on record', () => {
    given(actor, [registered(), revised(married)])
      .when(revise(2))
      .thenAdds(revised())
    given(actor, [registered(), revised(married)])
      .when(register())
      .thenAlready(1)
  })
})
