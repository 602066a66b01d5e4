import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'

/** Which deployment a command speaks to, as its options say: a local one by its data folder, or a deployed stack. */
export interface Chosen {
  readonly data?: string | undefined
  readonly stack?: string | undefined
}

/** Where a command's calls go. */
export interface Deployment {
  /** Of the API. */
  readonly url: string
  /** The key that opens a local one. */
  readonly apiKey?: string | undefined
  /** The stack's outputs: names of what it made. */
  readonly outputs: Readonly<Record<string, string>>
  /** For every AWS client: nothing to add for a deployed stack, the gateway and the operator for a local one. */
  readonly client: {
    readonly endpoint?: string
    readonly region?: string
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  }
}

/** What a person has to mend: said in a line, without a stack trace. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
}

/** Where `npm run dev` keeps its data unless told otherwise. */
export const defaultData = '.rapporteur'

/** The options that every command of the kind takes, for `parseArgs`. */
export const deploymentOptions = { data: { type: 'string' }, stack: { type: 'string' } } as const

/** Finds the deployment. @throws {Unusable} */
export async function findDeployment({ data, stack }: Chosen): Promise<Deployment> {
  if (data !== undefined && stack !== undefined) throw new Unusable('Give --data or --stack, not both.')
  return stack === undefined ? local(data ?? defaultData) : await deployed(stack)
}

/** One of the stack's outputs. @throws {Unusable} */
export function output({ outputs }: Deployment, name: string): string {
  const value = outputs[name]
  if (!value) throw new Unusable(`This deployment has no output ${name}. Was it deployed by another version?`)
  return value
}

interface LocalFile {
  readonly url: string
  readonly gateway: string
  readonly apiKey?: string
  readonly region: string
  readonly credentials: { readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string } }
  readonly outputs: Readonly<Record<string, string>>
}

function local(folder: string): Deployment {
  const path = join(folder, 'local.json')
  const { url, gateway, apiKey, region, credentials, outputs } = readLocal(path)
  return { url, apiKey, outputs, client: { endpoint: gateway, region, credentials: credentials.operator } }
}

function readLocal(path: string): LocalFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new Unusable(`There is no ${path}. Start a local one with "npm run dev", or name a stack with --stack.`, {
      cause,
    })
  }
  const broken = `${path} is not what "npm run dev" writes. Starting it writes it anew.`
  try {
    const file = JSON.parse(text) as LocalFile
    if (!file?.gateway || !file.credentials?.operator) throw new Unusable(broken)
    return file
  } catch (cause) {
    throw new Unusable(broken, { cause })
  }
}

async function deployed(name: string): Promise<Deployment> {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation') // slow to load, and for stacks alone
  const outputs = await describe(new CloudFormationClient({}), name)
  return { url: outputs.ApiUrl ?? '', outputs, client: {} }
}

async function describe(client: CloudFormationClient, name: string): Promise<Record<string, string>> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation')
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return Object.fromEntries((Stacks[0]?.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']))
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new Unusable(`The stack ${name} could not be read: ${detail}. AWS_PROFILE and AWS_REGION say where it is.`, {
      cause,
    })
  }
}
