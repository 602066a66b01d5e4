import type { Kind } from '../decide.ts'
import { shapesOf } from '../upcast.ts'
import type { StatementCommand } from './commands.ts'
import { decideStatement } from './decide.ts'
import type { StatementEvent } from './events.ts'
import { type Statement, statementFold } from './fold.ts'
import { statementReferences } from './references.ts'
import { statementLifts, statementUpcast } from './upcast.ts'

export const statement: Kind<Statement, StatementCommand, StatementEvent> = {
  fold: statementFold,
  upcast: statementUpcast,
  decide: decideStatement,
  references: statementReferences,
  shapes: shapesOf(statementLifts),
}
