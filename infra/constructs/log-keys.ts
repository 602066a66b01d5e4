import { ArnFormat, Stack } from 'aws-cdk-lib'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** As many keys as a log may have, one after the other: each is named in the grant, which so needs no wildcard. */
const mostKeys = 16

/** Where the keys that sign the log are kept: no resource of the stack, for the one who signs makes them. */
export interface LogKeyParameters {
  /** Of the parameters, which are numbered from 1; with a slash at its end. */
  readonly path: string
  /** Make keys and use them; never write one over. They are under `aws/ssm`, whose own policy lets in who may read them. */
  grantMake(to: IGrantable): void
}

export function logKeysOf(scope: Construct, uuid: string): LogKeyParameters {
  const path = `/rapporteur/${uuid}/log-key/`
  const resourceArns = Array.from({ length: mostKeys }, (_, index) =>
    Stack.of(scope).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: `${path.slice(1)}${index + 1}`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  )
  return {
    path,
    grantMake(grantee) {
      Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns })
      // A call that does not say whether it writes over does not.
      const conditions = { StringNotEquals: { 'ssm:Overwrite': 'true' } }
      Grant.addToPrincipal({ grantee, actions: ['ssm:PutParameter'], resourceArns, conditions })
    },
  }
}
