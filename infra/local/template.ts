import type { Assembly } from './assembly.ts'
import { type Json, type References, resolve, Unsupported } from './intrinsics.ts'
import { type Place, resourceTypes } from './resources.ts'
import { understand } from './shapes.ts'

/** A resource whose references are resolved and all of whose properties are understood. */
export interface Resource {
  readonly id: string
  readonly type: string
  /** Its physical name: what `Ref` gives. */
  readonly name: string
  /** As the type's shape in resources.ts holds it, so a reader may rely on that. */
  readonly properties: Properties
  attribute(name: string): string
}
export type Properties = Readonly<Record<string, Json>>

/** A template that the local cloud understands wholly. */
export interface Template {
  readonly place: Place
  readonly outputs: Readonly<Record<string, string>>
  ofType(type: string): readonly Resource[]
  /** The resource of that type which `Ref` or an attribute names so. Throws when there is none. */
  named(type: string, name: string, at: string): Resource
}

/** Pseudo parameters, as a stack in this place has them. */
const pseudo: Readonly<Record<string, (place: Place) => string>> = {
  'AWS::AccountId': ({ account }) => account,
  'AWS::Region': ({ region }) => region,
  'AWS::StackId': ({ stackId }) => stackId,
  'AWS::StackName': ({ stackName }) => stackName,
  'AWS::Partition': () => 'aws',
  'AWS::URLSuffix': () => 'amazonaws.com',
}

/** Of a resource, besides type and properties. They order and guard deploys, of which there are none here. */
const besides = new Set(['Type', 'Properties', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'])
/** Of a template, besides these two. */
const sections = new Set(['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Resources', 'Outputs'])

type Raw = Readonly<Record<string, Json>>

/** @throws {Unsupported} naming the first section, resource type, property, value or intrinsic that is not known. */
export function readTemplate(assembly: Assembly, place: Place): Template {
  for (const section of Object.keys(assembly.template)) {
    if (!sections.has(section)) throw new Unsupported('the template', `the section ${section}`)
  }
  const raw = (assembly.template.Resources ?? {}) as Readonly<Record<string, Raw>>
  const resources = new Map<string, Resource>()

  const typeOf = (id: string, at: string) => {
    const type = String(raw[id]?.Type)
    if (!raw[id]) throw new Unsupported(at, `the resource ${id}`)
    const known = Object.hasOwn(resourceTypes, type) ? resourceTypes[type] : undefined
    if (!known) throw new Unsupported(id, `the resource type ${type}`)
    return known
  }
  // Names hang on the id, and at most on a property that is plain text: so references need no order.
  const nameOf = (id: string, at: string) => typeOf(id, at).ref(id, place, (raw[id]?.Properties ?? {}) as Raw)
  const references: References = {
    ref: (name, at) => {
      const parameter = pseudo[name]
      if (parameter) return parameter(place)
      if (name.startsWith('AWS::')) throw new Unsupported(at, name)
      return nameOf(name, at)
    },
    attribute: (id, attribute, at) => {
      const known = typeOf(id, at).attributes
      const give = Object.hasOwn(known, attribute) ? known[attribute] : undefined
      if (!give) throw new Unsupported(at, `the attribute ${id}.${attribute}`)
      return give(id, place, nameOf(id, at))
    },
  }

  for (const [id, resource] of Object.entries(raw)) {
    const type = typeOf(id, id)
    const at = `${id} (${resource.Type})`
    for (const name of Object.keys(resource)) if (!besides.has(name)) throw new Unsupported(at, name)
    const properties = resolve(resource.Properties ?? {}, references, at) as Properties
    understand(properties, type.properties, at)
    resources.set(id, {
      id,
      type: String(resource.Type),
      name: references.ref(id, at),
      properties,
      attribute: (name) => references.attribute(id, name, at),
    })
  }

  const ofType = (type: string) => [...resources.values()].filter((resource) => resource.type === type)
  const outputs = (assembly.template.Outputs ?? {}) as Readonly<Record<string, { readonly Value: Json }>>
  return {
    place,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { Value }]) => [name, String(resolve(Value, references, `output ${name}`))]),
    ),
    ofType,
    named(type, name, at) {
      const arn = 'Arn' in (resourceTypes[type]?.attributes ?? {})
      const found = ofType(type).find((one) => one.name === name || (arn && one.attribute('Arn') === name))
      if (!found) throw new Error(`${at}: there is no ${type} ${name} in the template`)
      return found
    },
  }
}
