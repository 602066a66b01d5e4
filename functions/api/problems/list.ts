import { type ProblemCode, problemCodes } from './codes.ts'

/** Every code with its status and title, in the order of the statuses. */
export const problemList = () =>
  Object.entries(problemCodes).map(([code, { status, title }]) => ({
    code: code as ProblemCode,
    status,
    title,
    type: `/problems/${code}`,
  }))
