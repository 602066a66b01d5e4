import type { Deps } from '../context.ts'
import { Problem, type ProblemBody, problemBody, problemOf } from '../problem.ts'
import { cutTo } from './answer-size.ts'
import { inOrder, type Touched } from './in-order.ts'
import { type ImportAnswer, type ImportLine, readLine } from './line.ts'
import { type Sender, sendLine } from './send.ts'
import { touched } from './touched.ts'

/** How long lines are begun, and when the answer is given whatever is under way: the function has 29 seconds. */
const beginningMs = 20_000
export const endingMs = 27_000
/** How many lines are under way at once: twice as many bring nothing more, and would starve other requests. */
const atOnce = 16

/** A line that is not blank, and its number in what was sent, from 1. */
export interface NumberedLine {
  readonly number: number
  readonly text: string
}

type Read = { readonly number: number } & (
  | { readonly line: ImportLine; readonly touches: Touched }
  | { readonly problem: ProblemBody }
)
const nothing: Touched = { written: undefined, mentioned: new Set() }

/** Sends each line to its route, in an order that cannot be told from theirs, and gives their answers in theirs. */
export async function runImport(
  deps: Pick<Deps, 'now' | 'report' | 'pageBytes'>,
  lines: readonly NumberedLine[],
  sender: Sender & { readonly requestId: string },
): Promise<ImportAnswer[]> {
  const until = deps.now() + beginningMs
  const mostBytes = Math.floor(deps.pageBytes / lines.length)
  const ending = Promise.withResolvers<void>()
  const timer = setTimeout(ending.resolve, endingMs)
  try {
    return await inOrder(lines.map(read), atOnce, (one) => ('line' in one ? one.touches : nothing), answer)
  } finally {
    clearTimeout(timer)
  }

  function read({ number, text }: NumberedLine): Read {
    try {
      const line = readLine(text)
      return { number, line, touches: touched(line) }
    } catch (error) {
      return { number, problem: problemFor(error) }
    }
  }

  async function answer(one: Read, waitedFor: readonly ImportAnswer[]): Promise<ImportAnswer> {
    const answered = 'line' in one ? await tried(one.line, waitedFor) : refused(one.problem)
    const { problem, ...rest } = answered
    return { line: one.number, ...rest, ...(problem ? { problem: cutTo(mostBytes, problem) } : {}) }
  }

  async function tried(line: ImportLine, waitedFor: readonly ImportAnswer[]): Promise<Omit<ImportAnswer, 'line'>> {
    const open = waitedFor.filter(({ status }) => status >= 500).map((earlier) => earlier.line)
    if (open.length > 0) return notTried(`It waits for line ${Math.min(...open)}, which was not settled.`)
    if (deps.now() >= until) return notTried(`The ${beginningMs / 1000} seconds of an import were over.`)
    try {
      return await Promise.race([sendLine(line, sender), ending.promise.then(unsettled)])
    } catch (error) {
      return refused(problemFor(error))
    }
  }

  function problemFor(error: unknown): ProblemBody {
    const problem = problemOf(error)
    if (!problem) deps.report(error, sender.requestId)
    return problemBody(problem, sender.requestId)[0]
  }

  /** It goes on, and nobody waits: a slow line must not cost the others their answers. */
  function unsettled() {
    const detail = 'It was under way when the answer had to be given, and may be recorded. Send it again.'
    return refused(problemBody(new Problem('unavailable', detail), sender.requestId)[0])
  }

  function notTried(detail: string) {
    return refused(problemBody(new Problem('not-tried', detail), sender.requestId)[0])
  }
}

const refused = (problem: ProblemBody) => ({ status: problem.status, problem })
