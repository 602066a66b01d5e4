import { CfnOutput, DefaultStackSynthesizer, Fn, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { AccessTable } from './constructs/access-table.ts'
import { Alarms } from './constructs/alarms.ts'
import { Api } from './constructs/api.ts'
import { Bus } from './constructs/bus.ts'
import { EventsTable } from './constructs/events-table.ts'
import { LogTable } from './constructs/log-table.ts'
import { Project } from './constructs/project.ts'
import { Publish } from './constructs/publish.ts'
import { Seal } from './constructs/seal.ts'
import { Sweep } from './constructs/sweep.ts'
import { TextsTable } from './constructs/texts-table.ts'
import { ViewsTable } from './constructs/views-table.ts'
import { Withhold } from './constructs/withhold.ts'
import { Witness } from './constructs/witness.ts'
import type { Stage as RapporteurStage } from './stage.ts'

/** The whole deployment: five tables, four functions, a bus and an HTTP API. Idle, it costs its storage. */
export class RapporteurStack extends Stack {
  constructor(scope: Construct, id: string, stage: RapporteurStage) {
    super(scope, id, {
      description: `Rapporteur (${stage.name}): public statements and phases of peace missions, in one verifiable log`,
      terminationProtection: stage.deletionProtection,
      // The CLI checks the bootstrap's version before it deploys; the template needs no parameter for it.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    })
    const events = new EventsTable(this, 'Events', stage)
    const log = new LogTable(this, 'Log', stage)
    const views = new ViewsTable(this, 'Views', stage)
    const texts = new TextsTable(this, 'Texts', stage)
    const access = new AccessTable(this, 'Access', stage)
    const bus = new Bus(this, 'Bus')

    const api = new Api(this, 'Api', { stage, events, log, views, texts, access, source: this.source })
    const seal = new Seal(this, 'Seal', { stage, events, log, views, uuid: this.uuid })
    new Sweep(this, 'Sweep', { seal })
    const publish = new Publish(this, 'Publish', { stage, log, bus })
    const project = new Project(this, 'Project', { stage, events, log, views })
    new Alarms(this, 'Alarms', { api, seal, publish, project })

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the record is read and written' })
    new CfnOutput(this, 'LogKeyUrl', {
      value: `${api.url}log/key`, // it ends in a slash
      description: 'The keys that the log is signed with: pin them',
    })
    new CfnOutput(this, 'SealFunction', {
      value: seal.handler.functionName,
      description: 'What `npm run log-key` calls',
    })
    new CfnOutput(this, 'EventBusName', { value: bus.name, description: 'Where every sealed event is published' })
    new CfnOutput(this, 'ProjectFunction', {
      value: project.handler.functionName,
      description: 'What `npm run rebuild` calls',
    })
    const { witnesses } = stage
    if (witnesses.length > 0) new Witness(this, 'Witness', { stage, witnesses, log, seal, api })
    if (stage.withholding) {
      const withhold = new Withhold(this, 'Withhold', { stage, events, log })
      new CfnOutput(this, 'WithholdFunction', {
        value: withhold.handler.functionName,
        description: 'What `npm run withhold` calls, to remove a payload that is withheld by law',
      })
    }
    new CfnOutput(this, 'AccessTable', {
      value: access.table.tableName,
      description: 'Where `npm run keys` keeps keys',
    })
    for (const [name, { table }] of Object.entries({ Events: events, Log: log, Views: views })) {
      new CfnOutput(this, `${name}Table`, { value: table.tableName, description: 'What `npm run audit` reads' })
    }
  }

  /** `urn:rapporteur:<uuid>`: a stack made anew has another id, so two deployments never share a source. */
  private get source(): string {
    return `urn:rapporteur:${this.uuid}`
  }

  private get uuid(): string {
    return Fn.select(2, Fn.split('/', this.stackId))
  }
}
