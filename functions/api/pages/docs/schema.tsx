import type { FC } from 'hono/jsx'
import { Inline } from '../layout.tsx'
import { nameOf, type Schema } from './document.ts'

/** The fields of an object, or the shapes that something may have; nothing where its type in words says all. */
export const Fields: FC<{ schema: Schema }> = ({ schema }) => {
  const inner = innerOf(schema)
  if (inner.properties) return <Properties schema={inner} />
  const shapes = choicesOf(inner).filter((choice) => innerOf(choice).properties)
  if (shapes.length === 0) return null
  return (
    <ol class="choices">
      {shapes.map((shape) => (
        <li>
          <Properties schema={innerOf(shape)} />
        </li>
      ))}
    </ol>
  )
}

const Properties: FC<{ schema: Schema }> = ({ schema: { properties = {}, required = [] } }) => (
  <dl class="fields">
    {Object.entries(properties).map(([name, property]) => (
      <Field name={name} required={required.includes(name)} schema={property} />
    ))}
  </dl>
)

/** One field or parameter: its name, type and rules, and what it holds. */
export const Field: FC<{ name: string; required: boolean; schema: Schema; about?: string | undefined }> = (props) => {
  const { name, required, schema, about = schema.description } = props
  const rules = rulesOf(schema)
  return (
    <>
      <dt>
        <code>{name}</code> <Type schema={schema} />
        {required ? <strong class="required"> required</strong> : null}
      </dt>
      <dd>
        {about ? (
          <p>
            <Inline text={about} />
          </p>
        ) : null}
        {rules.length > 0 ? <p class="status">{rules.join(' · ')}</p> : null}
        <Fields schema={schema} />
      </dd>
    </>
  )
}

/** A schema's type in words: `list of Span`, `"direct" or "mixed"`, `string or null`. */
export const Type: FC<{ schema: Schema }> = ({ schema }) => {
  const name = nameOf(schema)
  if (name) return <a href={`#schema-${name}`}>{name}</a>
  if (schema.contentSchema) return <>lines of {<Type schema={schema.contentSchema.items ?? schema.contentSchema} />}</>
  const choices = choicesOf(schema)
  if (choices.length > 0) {
    return (
      <>
        {choices.map((choice, index) => (
          <>
            {index > 0 ? ' or ' : ''}
            <Type schema={choice} />
          </>
        ))}
      </>
    )
  }
  if (schema.enum) return <span class="type">{schema.enum.map((value) => JSON.stringify(value)).join(' or ')}</span>
  if (schema.const !== undefined) return <span class="type">{JSON.stringify(schema.const)}</span>
  if (schema.items) {
    return (
      <span class="type">
        list of <Type schema={schema.items} />
      </span>
    )
  }
  return <span class="type">{[schema.type ?? 'any JSON'].flat().join(' or ')}</span>
}

/** What is inside a list, or the only shape there is. */
function innerOf(schema: Schema): Schema {
  if (schema.items && !nameOf(schema.items)) return innerOf(schema.items)
  const [only, ...others] = choicesOf(schema).filter(({ type }) => type !== 'null')
  return only && others.length === 0 ? innerOf(only) : schema
}

const choicesOf = ({ anyOf, oneOf, allOf }: Schema): readonly Schema[] => anyOf ?? oneOf ?? allOf ?? []

function rulesOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, examples } = schema
  const range = (from: number | undefined, to: number | undefined, unit: string) => {
    const to53 = to === Number.MAX_SAFE_INTEGER ? undefined : to
    if (from === undefined && to53 === undefined) return []
    if (to53 === undefined) return [`at least ${from}${unit}`]
    return [from === undefined ? `at most ${to53}${unit}` : `${from} to ${to53}${unit}`]
  }
  return [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...(pattern && pattern.length < 80 ? [`matches ${pattern}`] : []),
    ...(schema.default === undefined ? [] : [`without it: ${JSON.stringify(schema.default)}`]),
    ...(examples && examples.length > 0
      ? [`like ${examples.map((example) => JSON.stringify(example)).join(', ')}`]
      : []),
  ]
}
