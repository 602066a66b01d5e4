import { ofType, type Resource, type Template } from '../support/assembly.ts'

/** One statement of a role's policies. Resources are `<logical id>.<attribute>`, or as they stand. */
export interface Grant {
  /** The step whose role it is: `seal` of `SealRole28BAD021`. */
  readonly step: string
  readonly effect: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: Readonly<Record<string, unknown>> | undefined
}

/** Every statement that the template attaches to a role, in whichever of the ways there are. */
export function grants(template: Template): Grant[] {
  const roles = ofType(template, 'AWS::IAM::Role')
  const attached = ofType(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    list<{ Ref: string }>(Properties.Roles).map(({ Ref }) => ({ role: Ref, document: Properties.PolicyDocument })),
  )
  const inline = roles.flatMap(([role, { Properties }]) =>
    list<Resource['Properties']>(Properties.Policies).map(({ PolicyDocument }) => ({ role, document: PolicyDocument })),
  )
  return [...attached, ...inline].flatMap(({ role, document }) =>
    list<Resource['Properties']>(document.Statement).map((statement) => ({
      step: stepOf(role),
      effect: statement.Effect,
      actions: list<string>(statement.Action ?? `not ${statement.NotAction}`),
      resources: list<unknown>(statement.Resource ?? `not ${statement.NotResource}`).map(named),
      conditions: statement.Condition,
    })),
  )
}

/** What a statement's action, which may hold wildcards, allows of `calls`. */
export const allows = (action: string, calls: readonly string[]): string[] => {
  const pattern = new RegExp(`^${action.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i')
  return calls.filter((call) => pattern.test(call))
}

const stepOf = (role: string) => role.replace(/Role[0-9A-F]{8}$/, '').toLowerCase()

function named(resource: unknown): string {
  const { 'Fn::GetAtt': got, 'Fn::Join': joined } = resource as {
    'Fn::GetAtt'?: string[]
    'Fn::Join'?: [string, unknown[]]
  }
  if (joined) return joined[1].map(named).join(joined[0])
  return got ? got.join('.') : typeof resource === 'string' ? resource : JSON.stringify(resource)
}

const list = <T>(one: T | T[] | undefined): T[] => (one === undefined ? [] : Array.isArray(one) ? one : [one])
