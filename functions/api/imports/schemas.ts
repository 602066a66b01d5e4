import { pathPattern } from './line.ts'

const text = { type: 'string' } as const
const integer = { type: 'integer', minimum: 1 } as const

/** How `/openapi.json` describes the lines of an import and of its answer. */
export const importSchemas = {
  ImportLine: {
    type: 'object' as const,
    description: 'One line of an import: a write, as it would be sent by itself.',
    required: ['method', 'path', 'body'],
    additionalProperties: false,
    properties: {
      method: { enum: ['PUT', 'POST'], description: 'Of the write.' },
      path: {
        ...text,
        description: 'Of the write: what `/documents`, `/actors`, `/statements` and `/missions` record.',
        pattern: pathPattern.source,
      },
      body: { type: 'object' as const, description: 'Of the write, as its route describes it.' },
      headers: {
        type: 'object' as const,
        description: 'As the write takes them.',
        additionalProperties: false,
        properties: { 'If-Match': text, 'Idempotency-Key': text },
      },
    },
  },
  ImportAnswer: {
    type: 'object' as const,
    description: 'What became of one line.',
    required: ['line', 'status'],
    additionalProperties: false,
    properties: {
      line: { ...integer, description: 'Its number in what was sent.' },
      status: {
        type: 'integer' as const,
        description:
          '`201`: recorded. `200`: on record already. `503`: not tried or not settled, to be sent again. Else: refused.',
      },
      id: { ...text, description: 'Of what was recorded: the innermost id.' },
      version: { ...integer, description: 'Of the event that recorded it, in its stream.' },
      location: { ...text, description: 'Path of the resource.' },
      problem: { $ref: '#/components/schemas/Problem', description: 'Why it is not on record.' },
    },
  },
}
