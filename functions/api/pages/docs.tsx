import type { FC } from 'hono/jsx'
import { byTag, nameOf, type OpenApi, type Schema } from './docs/document.ts'
import { OperationSection } from './docs/operation.tsx'
import { Fields, Type } from './docs/schema.tsx'
import { Inline, Layout } from './layout.tsx'

const DocsPage: FC<{ document: OpenApi }> = ({ document }) => {
  const tags = byTag(document)
  const schemas = referredTo(document)
  return (
    <Layout title="Reference · Rapporteur">
      <h1>The API, route by route</h1>
      <p>
        <Inline text={document.info.description ?? ''} />
      </p>
      {Object.values(document.components.securitySchemes).map(({ description = '' }) => (
        <p>
          Writes take <code>Authorization: Bearer</code> and a key. <Inline text={description} />
        </p>
      ))}
      <p>
        The same for programs is <a href="/openapi.json">/openapi.json</a>. What each refusal means:{' '}
        <a href="/problems">/problems</a>.
      </p>
      <nav aria-label="Contents" class="contents">
        <ul>
          {tags.map(({ name, operations }) => (
            <li>
              <a href={`#tag-${name}`}>{name}</a>
              <ul>
                {operations.map(({ operationId, method, path }) => (
                  <li>
                    <a href={`#${operationId}`}>
                      <span class="method">{method}</span> <code>{path}</code>
                    </a>
                  </li>
                ))}
              </ul>
            </li>
          ))}
          <li>
            <a href="#schemas">schemas</a>
          </li>
        </ul>
      </nav>
      {tags.map(({ name, description = '', operations }) => (
        <section aria-labelledby={`tag-${name}`}>
          <h2 id={`tag-${name}`}>{name}</h2>
          <p>
            <Inline text={description} />
          </p>
          {operations.map((operation) => (
            <OperationSection document={document} operation={operation} />
          ))}
        </section>
      ))}
      <section aria-labelledby="schemas">
        <h2 id="schemas">schemas</h2>
        <p>What stands in bodies and answers under a name of its own.</p>
        {schemas.map(([name, schema]) => (
          <section class="operation" aria-labelledby={`schema-${name}`}>
            <h3 id={`schema-${name}`}>
              <a href={`#schema-${name}`}>{name}</a>
            </h3>
            {schema.description ? (
              <p>
                <Inline text={schema.description} />
              </p>
            ) : null}
            {schema.properties ? null : (
              <p>
                <Type schema={schema} />
              </p>
            )}
            <Fields schema={schema} />
          </section>
        ))}
      </section>
    </Layout>
  )
}

/** The named schemas that something refers to, by name; a body's own stands where it is sent. */
function referredTo({ paths, components: { schemas } }: OpenApi): [string, Schema][] {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const name = nameOf(value as Schema)
    if (name !== undefined && !found.has(name)) {
      found.add(name)
      visit(schemas[name])
    }
    for (const member of Object.values(value)) visit(member)
  }
  for (const { requestBody, ...operation } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    visit(operation)
    for (const { schema } of Object.values(requestBody?.content ?? {})) {
      const name = nameOf(schema)
      visit(name === undefined ? schema : schemas[name])
    }
  }
  return Object.entries(schemas)
    .filter(([name]) => found.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** The reference of the API, as HTML, made from its own description. */
export const docsPage = (document: object) => String(<DocsPage document={document as OpenApi} />)
