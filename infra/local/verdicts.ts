import { runSimulation } from '@cloud-copilot/iam-simulate'
import type { Act } from './calls.ts'
import { type Json, Unsupported } from './intrinsics.ts'
import type { Role } from './stack.ts'

/** `unknown`: no statement allows it. */
export type Verdict = 'allowed' | 'denied' | 'unknown'

/** The condition keys whose values the local cloud knows of each call that has them. */
const leadingKeys = 'dynamodb:LeadingKeys'
const knownKeys = [leadingKeys, 'ssm:Overwrite']

/** What a role may do by the policies that the template gives it. A check takes milliseconds, so verdicts are kept. */
export class Verdicts {
  readonly #account: string
  readonly #kept = new WeakMap<
    Role,
    { readonly verdicts: Map<string, Verdict>; readonly nameOf: (act: Act) => string }
  >()

  constructor(account: string) {
    this.#account = account
  }

  /** At once where the verdict was reached before. */
  of(role: Role, act: Act): Verdict | Promise<Verdict> {
    let kept = this.#kept.get(role)
    if (!kept) {
      mustBeKnown(role)
      kept = { verdicts: new Map(), nameOf: naming(role) }
      this.#kept.set(role, kept)
    }
    const name = kept.nameOf(act)
    return kept.verdicts.get(name) ?? this.#reach(role, act, kept.verdicts, name)
  }

  async #reach(
    role: Role,
    { action, resource, leadingKeys: keys, context }: Act,
    kept: Map<string, Verdict>,
    name: string,
  ) {
    const result = await runSimulation(
      {
        request: {
          action,
          principal: role.arn,
          resource: { resource, accountId: this.#account },
          contextVariables: { ...context, ...(keys.length > 0 ? { [leadingKeys]: [...keys] } : {}) },
        },
        identityPolicies: role.policies.map((policy) => ({ name: policy.name, policy: policy.document })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    )
    if (result.resultType === 'error') {
      throw new Error(`${role.name}: ${action} on ${resource} cannot be judged: ${JSON.stringify(result.errors)}`)
    }
    const verdict = { Allowed: 'allowed', ExplicitlyDenied: 'denied', ImplicitlyDenied: 'unknown' } as const
    if (kept.size >= 20_000) kept.clear()
    kept.set(name, verdict[result.overallResult])
    return verdict[result.overallResult]
  }
}

/**
 * What a verdict hangs on. Where policies only ask whether a key is one of those that they name, or is like one, keys
 * that are like the same ones are alike, and a new one need not be judged anew.
 */
function naming(role: Role): (act: Act) => string {
  const named = new Set<string>()
  const likened: RegExp[] = []
  let known = true
  for (const [operator, values] of conditions(role)) {
    if (operator === 'Null') continue
    const [, kind] = /^(?:ForAllValues:|ForAnyValue:)?String(?:Not)?(Equals|Like)$/.exec(operator) ?? []
    for (const one of Object.values(values).flat() as string[]) {
      known &&= kind !== undefined && !one.includes('$')
      if (kind === 'Like' && /[*?]/.test(one)) likened.push(likeness(one))
      else named.add(one)
    }
  }
  const kindOf = (key: string) => {
    const like = likened.flatMap((pattern, index) => (pattern.test(key) ? [index] : []))
    return named.has(key) ? `${key}\0${like}` : `\0another\0${like}`
  }
  return ({ action, resource, leadingKeys: keys, context = {} }) => {
    const kinds = known ? new Set(keys.map(kindOf)) : keys
    return [action, resource, ...Object.entries(context).flat(), ...kinds].join('\n')
  }
}

/** What `*` and `?` stand for in a policy. */
const likeness = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  )

/** Every condition in a role's policies, as operator and what it asks. */
function conditions(role: Role): [operator: string, values: Readonly<Record<string, Json>>][] {
  const statements = role.policies.flatMap(({ document }) => document.Statement as Json) as Record<string, Json>[]
  return statements.flatMap(({ Condition }) =>
    Object.entries((Condition ?? {}) as Record<string, Record<string, Json>>),
  )
}

/** A condition on what the local cloud cannot know would be judged wrongly: @throws {Unsupported} naming it. */
export function mustBeKnown(role: Role): void {
  for (const [, values] of conditions(role)) {
    for (const key of Object.keys(values)) {
      if (!knownKeys.includes(key)) throw new Unsupported(role.name, `the condition key ${key}`)
    }
  }
}
