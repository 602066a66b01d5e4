import { describe, expect, it } from 'vitest'
import { RegisterActor } from '#events/actor/commands.ts'
import { actor } from '#events/actor/kind.ts'
import { actorView } from '#events/actor/view.ts'
import { parseBody } from '#events/validate.ts'
import { folded, given } from '../../support/given.ts'

const register = (changes: object = {}) =>
  ({
    type: 'RegisterActor',
    data: { actorId: 'mira-kovan', ...parseBody(RegisterActor, { kind: 'person', name: 'Mira Kovan', ...changes }) },
  }) as const
const registered = (changes: object = {}) => ({ type: 'ActorRegistered', data: register(changes).data }) as const

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
    }))
})
