import type { Kind } from '../decide.ts'
import { shapesOf } from '../upcast.ts'
import type { ActorCommand } from './commands.ts'
import { decideActor } from './decide.ts'
import type { ActorEvent } from './events.ts'
import { type Actor, actorFold } from './fold.ts'
import { actorReferences } from './references.ts'
import { actorLifts, actorUpcast } from './upcast.ts'

export const actor: Kind<Actor, ActorCommand, ActorEvent> = {
  fold: actorFold,
  upcast: actorUpcast,
  decide: decideActor,
  references: actorReferences,
  shapes: shapesOf(actorLifts),
}
