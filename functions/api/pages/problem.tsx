import type { FC } from 'hono/jsx'
import { type ProblemCode, problemCodes } from '../problems/codes.ts'
import { problemTexts } from '../problems/texts.ts'
import { Layout, Words } from './layout.tsx'

const ProblemPage: FC<{ code: ProblemCode }> = ({ code }) => {
  const { status, title } = problemCodes[code]
  const { happened, doing } = problemTexts[code]
  return (
    <Layout title={`${title} · Rapporteur`}>
      <h1>{title}</h1>
      <p class="status">
        <code>/problems/{code}</code>, status {status}
      </p>
      <h2>What happened</h2>
      <Words text={happened} />
      <h2>What to do</h2>
      <Words text={doing} />
    </Layout>
  )
}

/** The page that a problem's `type` opens, as HTML. */
export const problemPage = (code: ProblemCode) => String(<ProblemPage code={code} />)
