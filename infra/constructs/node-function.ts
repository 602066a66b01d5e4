import type { Duration } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { Stage } from '../stage.ts'
import { bundle } from './bundle.ts'

export interface NodeFunctionProps<Names extends readonly string[]> {
  readonly stage: Stage
  /** The room in `functions/` that holds `handler.ts`. */
  readonly step: string
  readonly description: string
  /** A value for each name of the step's `env.ts`: no more, no less. */
  readonly env: { readonly [Name in Names[number]]: string }
  /** Megabytes, and with them a share of the processor: 1,769 are one whole. */
  readonly memorySize: number
  readonly timeout: Duration
}

/**
 * The function of one step: `functions/<step>/handler.ts` and all it imports, bundled. Its role is its own and
 * may write to its log group; whatever else it calls is granted by the construct it calls.
 */
export class NodeFunction<Names extends readonly string[]> extends Lambda {
  constructor(scope: Construct, id: string, props: NodeFunctionProps<Names>) {
    const { stage, step, env, ...rest } = props
    const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    const logGroup = new LogGroup(scope, 'Logs', { retention: stage.logRetention, removalPolicy: stage.removalPolicy })
    logGroup.grantWrite(role)
    super(scope, id, {
      ...rest,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundle(step),
      handler: 'index.handler',
      environment: { ...env, NODE_OPTIONS: '--enable-source-maps' },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
    })
  }
}
