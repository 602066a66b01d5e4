import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { synthesize } from '../../infra/assembly.ts'

/** One resource of a template. What its properties hold is the resource type's affair: a test reads what it expects. */
export interface Resource {
  readonly Type: string
  readonly Properties: Json
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}
type Json = ReturnType<typeof JSON.parse>

export interface Template {
  readonly Description: string
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

/** The folder of the stage's assembly (`sandbox` where none is given), functions bundled. Made once for all tests that ask, if anything changed. */
export const assembly = (stage?: string): Promise<string> => synthesize({ stage })

/** The stack's template alone. It names code that was not bundled. */
export async function template(
  stage?: string,
  options: { readonly private?: boolean; readonly withholding?: boolean } = {},
): Promise<Template> {
  return templateIn(await synthesize({ ...options, stage, bundle: false }))
}

/** The template in an assembly's folder. */
export function templateIn(folder: string): Template {
  const [name, ...others] = readdirSync(folder).filter((file) => file.endsWith('.template.json'))
  if (!name || others.length > 0) throw new Error(`Not one template but ${others.length + 1} in ${folder}`)
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

/** Resources of one type, by logical id. Throws when there is none: a check of nothing passes. */
export function ofType(template: Template, type: string): [id: string, resource: Resource][] {
  const found = Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)
  if (found.length === 0) throw new Error(`The template has no ${type}`)
  return found
}

/** The table of that name: the one resource whose logical id is `<Name>Table` and a hash. */
export function tableNamed(template: Template, name: string): [id: string, table: Resource] {
  const wanted = new RegExp(`^${name}Table[0-9A-F]{8}$`, 'i')
  const [found, ...others] = ofType(template, 'AWS::DynamoDB::GlobalTable').filter(([id]) => wanted.test(id))
  if (!found || others.length > 0) throw new Error(`The template has not one table "${name}"`)
  return found
}
