import type { FC } from 'hono/jsx'
import { problemList } from '../problems/list.ts'
import { Layout } from './layout.tsx'

const ProblemsPage: FC = () => (
  <Layout title="Problems · Rapporteur">
    <h1>What a refusal means</h1>
    <p>
      An answer that says no is <code>application/problem+json</code> (RFC 9457). Its <code>type</code> opens one of
      these pages.
    </p>
    <dl>
      {problemList().map(({ type, status, title }) => (
        <>
          <dt>
            {status} <a href={type}>{type.slice('/problems/'.length)}</a>
          </dt>
          <dd>{title}</dd>
        </>
      ))}
    </dl>
  </Layout>
)

/** All that this API may say no with, as HTML. */
export const problemsPage = () => String(<ProblemsPage />)
