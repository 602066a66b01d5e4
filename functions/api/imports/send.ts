import type { Env } from '../context.ts'
import type { ProblemBody } from '../problem.ts'
import { bodyText, type ImportAnswer, type ImportLine } from './line.ts'

/** Where a line goes: the app that the import came to, with the bindings of the request. */
export type Dispatch = (request: Request, bindings: Env['Bindings']) => Response | Promise<Response>

/** What the line is sent with, beside what it says itself. */
export interface Sender {
  readonly dispatch: Dispatch
  /** Of the import, to make whole addresses of paths. */
  readonly url: string
  readonly authorization: string
  readonly bindings: Env['Bindings']
}

/** Sends a line as a request of its own, with the caller's key: scopes, checks and answers are its route's. */
export async function sendLine(line: ImportLine, sender: Sender): Promise<Omit<ImportAnswer, 'line'>> {
  const { method, path, headers } = line
  const request = new Request(new URL(path, sender.url), {
    method,
    headers: { ...headers, Authorization: sender.authorization, 'Content-Type': 'application/json' },
    body: bodyText(line),
  })
  const response = await sender.dispatch(request, sender.bindings)
  const { status } = response
  if (!response.ok) return { status, problem: (await response.json()) as ProblemBody }
  const location = response.headers.get('Location')
  const { id, version } = (await response.json()) as { id: string; version: number }
  return { status, id, version, ...(location === null ? {} : { location }) }
}
