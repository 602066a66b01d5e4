import type { FC } from 'hono/jsx'
import { Inline } from '../layout.tsx'
import { type Content, codesIn, type OpenApi, type Placed, type Response, resolved } from './document.ts'
import { Field, Fields, Type } from './schema.tsx'

/** One route: what it takes, and what it answers. */
export const OperationSection: FC<{ document: OpenApi; operation: Placed }> = ({ document, operation }) => {
  const { operationId, method, path, summary = '', description, parameters = [], requestBody, responses } = operation
  const scopes = operation.security?.flatMap(({ key = [] }) => key) ?? []
  return (
    <section class="operation" aria-labelledby={operationId}>
      <h3 id={operationId}>
        <a href={`#${operationId}`}>
          <span class="method">{method}</span> <code>{path}</code>
        </a>
      </h3>
      <p>
        <Inline text={summary} />
      </p>
      {description ? (
        <p>
          <Inline text={description} />
        </p>
      ) : null}
      {scopes.length > 0 ? (
        <p class="status">
          Needs a key with the scope{' '}
          {scopes.map((scope, index) => (
            <>
              {index > 0 ? ' or ' : ''}
              <code>{scope}</code>
            </>
          ))}
        </p>
      ) : null}
      {parameters.length > 0 ? (
        <>
          <h4>Parameters</h4>
          <dl class="fields">
            {parameters.map(({ in: place, name, required = false, description: about, schema }) => (
              <Field
                name={place === 'path' ? `{${name}}` : place === 'query' ? `?${name}=` : `${name}:`}
                required={required}
                schema={schema}
                about={about ?? schema.description}
              />
            ))}
          </dl>
        </>
      ) : null}
      {requestBody ? <Body document={document} content={requestBody.content} /> : null}
      <h4>Answers</h4>
      <dl class="answers">
        {Object.entries(responses).map(([status, response]) => (
          <Answer status={status} response={response} />
        ))}
      </dl>
    </section>
  )
}

const Body: FC<{ document: OpenApi; content: Content }> = ({ document, content }) => (
  <>
    {Object.entries(content).map(([type, { schema }]) => (
      <>
        <h4>
          Body <span class="type">{type}</span>
        </h4>
        {schema.contentSchema ? (
          <p>
            <Type schema={schema} />
          </p>
        ) : null}
        <Fields schema={resolved(document, schema)} />
      </>
    ))}
  </>
)

const Answer: FC<{ status: string; response: Response }> = ({ status, response }) => {
  const codes = codesIn(response)
  const shown = Object.entries(response.content ?? {}).filter(([type]) => type !== 'application/problem+json')
  return (
    <>
      <dt>{status}</dt>
      <dd>
        {codes.length > 0 ? (
          codes.map((code, index) => (
            <>
              {index > 0 ? ', ' : ''}
              <a href={`/problems/${code}`}>{code}</a>
            </>
          ))
        ) : (
          <Inline text={response.description} />
        )}
        {shown.map(([type, { schema }]) => (
          <div>
            <span class="type">{type}</span> <Type schema={schema} />
            <Fields schema={schema} />
          </div>
        ))}
      </dd>
    </>
  )
}
