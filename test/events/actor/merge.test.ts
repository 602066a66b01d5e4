import { describe, expect, it } from 'vitest'
import { actor } from '#events/actor/kind.ts'
import { actorView } from '#events/actor/view.ts'
import { folded, given } from '../../support/given.ts'
import { held, membership, registered } from './fixtures.ts'

const merge = (into: string, reason = 'one and the same') => ({ type: 'MergeActor', data: { into, reason } }) as const
const merged = (into: string, reason?: string) => ({ type: 'ActorsMerged', data: merge(into, reason).data }) as const
const undo = (reason = 'two after all') => ({ type: 'UndoMerge', data: { reason } }) as const
const undone = { type: 'MergeUndone', data: undo().data } as const

describe('merging an actor into another', () => {
  it('leads to the other, and back when it is undone', () => {
    given(actor, [registered()]).when(merge('m-kovan')).thenAdds(merged('m-kovan'))
    expect(actorView(folded(actor, [registered(), merged('m-kovan')]))).toMatchObject({ mergedInto: 'm-kovan' })
    given(actor, [registered(), merged('m-kovan')])
      .when(undo())
      .thenAdds(undone)
    expect(actorView(folded(actor, [registered(), merged('m-kovan'), undone]))).not.toHaveProperty('mergedInto')
  })

  it('is refused into itself, and into nobody', () => {
    given(actor, [registered()]).when(merge('mira-kovan')).thenInvalid('#/into')
    given(actor, [registered()], { absent: ['actor-m-kovan'] })
      .when(merge('m-kovan'))
      .thenInvalid('#/into')
    given(actor, []).when(merge('m-kovan')).thenRefused('actor-not-registered')
  })

  it('is refused where it would lead around, through however many', () => {
    const into = (merges: Record<string, string>) => given(actor, [registered()], { merges }).when(merge('m-kovan'))
    into({ 'm-kovan': 'mira-kovan' }).thenInvalid('#/into')
    into({ 'm-kovan': 'ilse', ilse: 'mira-kovan' }).thenInvalid('#/into')
    into({ 'm-kovan': 'ilse', ilse: 'jonas' }).thenAdds(merged('m-kovan'))
    // A loop of others, by two merges at once, is not of this one.
    into({ 'm-kovan': 'ilse', ilse: 'm-kovan' }).thenAdds(merged('m-kovan'))
  })

  it('is into one at a time', () => {
    const history = [registered(), merged('m-kovan')]
    given(actor, history).when(merge('m-kovan')).thenAlready(2)
    given(actor, history).when(merge('ilse')).thenRefused('actor-merged', { into: 'm-kovan' })
    given(actor, history).when(merge('m-kovan', 'for sure')).thenRefused('actor-merged')
    given(actor, [...history, undone])
      .when(merge('ilse'))
      .thenAdds(merged('ilse'))
  })

  it('is undone once, and meant again only for another reason', () => {
    const history = [registered(), merged('m-kovan'), undone]
    given(actor, [registered()]).when(undo()).thenRefused('actor-not-merged')
    given(actor, history).when(undo()).thenAlready(3)
    given(actor, history).when(undo('yet again')).thenRefused('actor-not-merged')
    given(actor, history).when(merge('m-kovan')).thenAlready(2)
    given(actor, history)
      .when(merge('m-kovan', 'the desk found proof'))
      .thenAdds(merged('m-kovan', 'the desk found proof'))
  })

  it('rewrites nothing: what is told of it is still recorded', () =>
    given(actor, [registered(), merged('m-kovan')])
      .when(membership())
      .thenAdds(held()))
})
