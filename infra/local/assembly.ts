import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Json } from './intrinsics.ts'

/** A cloud assembly as `cdk synth` writes it: one stack's template, and the code that it names. */
export interface Assembly {
  readonly stackName: string
  readonly template: Readonly<Record<string, Json>>
  /** The folder of the code that the template calls by this S3 key. */
  code(s3Key: string): string
}

/** Reads the assembly in a folder. Throws when it does not hold exactly one stack, or an asset that is not a folder. */
export function readAssembly(folder: string): Assembly {
  const names = readdirSync(folder).filter((name) => name.endsWith('.template.json'))
  const [name] = names
  if (!name || names.length > 1) throw new Error(`${folder} holds ${names.length} stacks instead of one`)
  const stackName = name.slice(0, -'.template.json'.length)
  const { files } = readJson(join(folder, `${stackName}.assets.json`)) as { files: Record<string, Asset> }
  return {
    stackName,
    template: readJson(join(folder, name)) as Record<string, Json>,
    code(s3Key) {
      const asset = files[s3Key.replace(/\.zip$/, '')]
      if (asset?.source.packaging !== 'zip' || !asset.source.path) {
        throw new Error(`${folder} has no code that is called ${s3Key}`)
      }
      return resolve(folder, asset.source.path)
    },
  }
}

interface Asset {
  readonly source: { readonly path?: string; readonly packaging?: string }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
