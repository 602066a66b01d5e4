import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './answers.ts'
import type { Invocation } from './instance.ts'
import type { FunctionDefinition } from './stack.ts'

/** A call of Lambda's own API. */
export interface InvokeCall {
  /** As it was given: a name or an ARN. */
  readonly functionName: string
  /** JSON. */
  readonly payload: string
  /** Whether who calls does not wait for the answer. */
  readonly later: boolean
}

/** What can be called: a function of the template as it is now. */
export interface Invocable {
  readonly definition: FunctionDefinition
  invoke(payload: string): Promise<Invocation>
}

/**
 * Reads a call of Lambda's Invoke, of the kind that waits for the answer or of that which does not; undefined for any other path, and a refusal
 * for what this local one does not do. Source: "Invoke" in the AWS Lambda API Reference.
 */
export function readInvoke(
  method: string | undefined,
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): InvokeCall | Answer | undefined {
  const [, name] = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/.exec(path) ?? []
  if (method !== 'POST' || name === undefined) return undefined
  const kind = headers['x-amz-invocation-type'] ?? 'RequestResponse'
  if (kind !== 'RequestResponse' && kind !== 'Event') {
    return refusal('InvalidParameterValueException', `The local cloud does not know the invocation type ${kind}`)
  }
  const payload = body.toString() || '{}'
  try {
    JSON.parse(payload)
  } catch {
    return refusal('InvalidRequestContentException', 'Could not parse request body into json')
  }
  return { functionName: decodeURIComponent(name), payload, later: kind === 'Event' }
}

export const isNamed = ({ definition: { name, arn } }: Invocable, given: string): boolean =>
  given === name || given === arn

export const noSuchFunction = (name: string): Answer =>
  refusal('ResourceNotFoundException', `Function not found: ${name}`, 404)

export const notAllowed = (message: string): Answer => refusal('AccessDeniedException', message, 403)

/** The answer to who does not wait. */
export const accepted = (): Answer => ({ status: 202, ownHeaders: {}, body: Buffer.alloc(0) })

/** The answer to who called: what the function gave, or how it failed, which is no error of the call. */
export const answered = (result: Invocation): Answer => {
  const ownHeaders = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' }
  return 'payload' in result
    ? { status: 200, ownHeaders, body: Buffer.from(result.payload) }
    : {
        status: 200,
        ownHeaders: { ...ownHeaders, 'x-amz-function-error': 'Unhandled' },
        body: Buffer.from(JSON.stringify(result.error)),
      }
}

/** A refusal in Lambda's protocol, which is REST, not the one of DynamoDB. */
const refusal = (type: string, message: string, status = 400): Answer => ({
  status,
  ownHeaders: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: Buffer.from(JSON.stringify({ Type: 'User', Message: message })),
})
