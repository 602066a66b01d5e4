import { RemovalPolicy } from 'aws-cdk-lib'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** What differs between a sandbox, which leaves nothing behind, and production, which keeps what it was told. */
export interface Stage {
  readonly name: StageName
  /** Whether reading needs a key too. */
  readonly private: boolean
  /** Whether there is a function that removes payloads which are withheld by law. */
  readonly withholding: boolean
  /** What a log that has no name yet is to be called; undefined: by the stack's id. */
  readonly origin: string | undefined
  /** Who is to cosign its checkpoints. */
  readonly witnesses: readonly StagedWitness[]
  /** Of tables and log groups, when the stack is destroyed. */
  readonly removalPolicy: RemovalPolicy
  /** Whether a table refuses to be deleted until somebody takes its protection away. */
  readonly deletionProtection: boolean
  readonly logRetention: RetentionDays
}
export interface StagedWitness {
  readonly name: string
  readonly vkey: string
  readonly url: string
}
export type StageName = 'sandbox' | 'production'

const stages: Readonly<Record<StageName, Omit<Stage, 'private' | 'withholding' | 'origin' | 'witnesses'>>> = {
  sandbox: {
    name: 'sandbox',
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    logRetention: RetentionDays.ONE_WEEK,
  },
  production: {
    name: 'production',
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetention: RetentionDays.THREE_MONTHS,
  },
}

/**
 * The stage that `-c stage=…` names, `sandbox` where none is named; public unless `-c private=true`, and with nothing that
 * removes payloads unless `-c withholding=true`. Throws for one that does not exist, and for any other word: what is meant
 * to be private must not be public by a slip.
 */
export function stageOf(scope: Construct): Stage {
  const name: unknown = scope.node.tryGetContext('stage') ?? 'sandbox'
  if (name !== 'sandbox' && name !== 'production') {
    throw new Error(`There is no stage "${String(name)}": say -c stage=sandbox or -c stage=production`)
  }
  const isSo = (option: 'private' | 'withholding', either: string): boolean => {
    const given: unknown = scope.node.tryGetContext(option) ?? false
    if (![true, false, 'true', 'false'].includes(given as string)) {
      throw new Error(`${either}: say -c ${option}=true or -c ${option}=false, not "${String(given)}"`)
    }
    return String(given) === 'true'
  }
  return {
    ...stages[name],
    private: isSo('private', 'A stage is private or not'),
    withholding: isSo('withholding', 'A stage removes what is withheld or not'),
    origin: originOf(scope),
    witnesses: witnessesOf(scope),
  }
}

/**
 * The name that `-c origin=…` gives the log: a host that its keeper has, and what comes after a slash if there are several.
 * It is what every reader pins, and stays for good once the log has begun. Throws for any other shape.
 */
function originOf(scope: Construct): string | undefined {
  const origin: unknown = scope.node.tryGetContext('origin')
  if (origin === undefined) return undefined
  if (typeof origin === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[a-z0-9._~-]+)*$/.test(origin)) return origin
  throw new Error(
    `A log is called by a host, and a path if need be: -c origin=log.example.org/missions, not "${origin}"`,
  )
}

/**
 * The witnesses of `-c witnesses="<vkey> <url>, …"`: each by its verifier key for cosignatures, and the address before
 * `/add-checkpoint`. Throws, naming it, for what is none, and for two of one name.
 */
function witnessesOf(scope: Construct): StagedWitness[] {
  const given: unknown = scope.node.tryGetContext('witnesses') ?? ''
  if (given === '') return []
  const witnesses = String(given)
    .split(',')
    .map((one) => {
      const shape = /^(([^\s+,]+)\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}) (https?:\/\/[^\s,]+)$/
      const [, vkey = '', name = '', url = ''] = shape.exec(one.trim()) ?? []
      if (!vkey) throw new Error(`A witness is "<vkey> <url>", its key one for cosignatures, and not "${one.trim()}"`)
      return { name, vkey, url }
    })
  const twice = witnesses.find(({ name }, index) => witnesses.findIndex((one) => one.name === name) !== index)
  if (twice) throw new Error(`The witness ${twice.name} is named twice`)
  return witnesses
}
