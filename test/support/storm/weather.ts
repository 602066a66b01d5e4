import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'

/** Numbers from 0 to 1 that hang on the seed alone. */
export function drawing(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}

/** What befalls calls: how many of them, and whether it does so now. */
export interface Weather {
  readonly draw: () => number
  /** Of a hundred calls. */
  readonly percent: number
  calm: boolean
  /** How many calls were made, and how many met which fault. */
  readonly calls: { made: number; throttled: number; broken: number; lost: number }
}

/** A process, as far as its calls tell: once it is dead none of them is sent or answered. */
export interface Life {
  dead: boolean
  /** So many answers before it dies of itself. */
  left: number
  die(): void
}

const never = () => new Promise<never>(() => undefined)

/** An error as the SDK has it of a call that failed; one in five is not sent again by the SDK itself. */
function failure(name: string, message: string, draw: () => number, fault: 'client' | 'server'): Error {
  const error = Object.assign(new Error(message), { name, $metadata: {}, $fault: fault })
  return draw() < 0.8 ? Object.assign(error, { $retryable: { throttling: name === 'ThrottlingException' } }) : error
}

/** Exposes a client's calls to the weather, within the SDK's own retries, and to the death of whoever makes them. */
export function expose(client: DynamoDBClient | EventBridgeClient, weather: Weather, life: Life): void {
  const { draw, percent, calls } = weather
  const stack = client.middlewareStack as DynamoDBClient['middlewareStack']
  stack.add(
    (next) => async (call) => {
      if (life.dead) return never()
      calls.made++
      const struck = !weather.calm && draw() * 100 < percent
      const way = draw()
      if (struck && way < 1 / 3) {
        calls.throttled++
        throw failure('ThrottlingException', 'Rate exceeded', draw, 'client')
      }
      if (struck && way < 2 / 3) {
        calls.broken++
        throw failure('InternalServerError', 'Internal server error', draw, 'server')
      }
      const answer = await next(call)
      if (!life.dead && --life.left === 0) life.die()
      if (life.dead) return never()
      if (struck) {
        calls.lost++
        throw failure('TimeoutError', 'The call is done, and its answer lost', draw, 'server')
      }
      return answer
    },
    { step: 'finalizeRequest', priority: 'low', name: 'weather' },
  )
}
