import type { ProblemBody } from '../problem.ts'

/**
 * The problem in `bytes` of JSON or little more: a body of thousands of wrong fields has as many errors, and an answer
 * has a limit. Of each list in it as many as fit are kept; `omitted` says how many are not.
 */
export function cutTo(bytes: number, problem: ProblemBody): ProblemBody {
  if (sizeOf(problem) <= bytes) return problem
  const { errors = [], differences = [], ...rest } = problem
  let left = bytes - sizeOf(rest)
  const fits = (item: unknown) => {
    left -= sizeOf(item) + 1
    return left >= 0
  }
  const [keptErrors, keptDifferences] = [takeWhile(errors, fits), takeWhile(differences, fits)]
  return {
    ...rest,
    ...(keptErrors.length > 0 ? { errors: keptErrors } : {}),
    ...(keptDifferences.length > 0 ? { differences: keptDifferences } : {}),
    omitted: errors.length + differences.length - keptErrors.length - keptDifferences.length,
  }
}

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

function takeWhile<Item>(items: readonly Item[], fits: (item: Item) => boolean): Item[] {
  const end = items.findIndex((item) => !fits(item))
  return items.slice(0, end < 0 ? items.length : end)
}
