import { Duration } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { witnessEnv } from '#functions/witness/env.ts'
import type { Stage, StagedWitness } from '../stage.ts'
import type { Api } from './api.ts'
import type { LogTable } from './log-table.ts'
import { NodeFunction } from './node-function.ts'
import type { Seal } from './seal.ts'

export interface WitnessProps {
  readonly stage: Stage
  readonly witnesses: readonly StagedWitness[]
  readonly log: LogTable
  readonly seal: Seal
  readonly api: Api
}

/**
 * Has checkpoints cosigned by the witnesses that the stage names. Called by seal, which does not wait for it. In a stack
 * only where there are any.
 */
export class Witness extends Construct {
  readonly handler: NodeFunction<typeof witnessEnv>

  constructor(scope: Construct, id: string, { stage, witnesses, log, seal, api }: WitnessProps) {
    super(scope, id)
    const names = witnesses.map(({ name }) => name)
    this.handler = new NodeFunction<typeof witnessEnv>(this, 'Function', {
      stage,
      step: 'witness',
      description: 'Has checkpoints of the log cosigned by witnesses',
      env: { LOG_TABLE: log.table.tableName, WITNESSES: witnesses.map(({ vkey, url }) => `${vkey} ${url}`).join(', ') },
      memorySize: 512,
      timeout: Duration.minutes(1),
    })
    log.grantWitness(this.handler, names)
    const resourceArns = [this.handler.functionArn]
    Grant.addToPrincipal({ grantee: seal.handler, actions: ['lambda:InvokeFunction'], resourceArns })
    seal.handler.addEnvironment('WITNESS_FUNCTION', this.handler.functionName)
    api.handler.addEnvironment('WITNESSES', names.join(' '))
  }
}
