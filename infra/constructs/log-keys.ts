import { ArnFormat, Stack } from 'aws-cdk-lib'
import { Effect, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** Where the keys that sign the log are kept: no resource of the stack, for the one who signs makes them. */
export interface LogKeyParameters {
  /** Of the parameters, which are numbered from 1; with a slash at its end. */
  readonly path: string
  /** Make keys and use them; never write one over. They are under `aws/ssm`, which asks for no grant of its own. */
  grantMake(to: IGrantable): void
}

export function logKeysOf(scope: Construct, uuid: string): LogKeyParameters {
  const path = `/rapporteur/${uuid}/log-key/`
  const arn = Stack.of(scope).formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: `${path.slice(1)}*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  })
  return {
    path,
    grantMake(grantee) {
      Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter', 'ssm:PutParameter'], resourceArns: [arn] })
      grantee.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          effect: Effect.DENY,
          actions: ['ssm:PutParameter'],
          resources: [arn],
          conditions: { StringEquals: { 'ssm:Overwrite': 'true' } },
        }),
      )
    },
  }
}
