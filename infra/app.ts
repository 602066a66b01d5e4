import { App, Validations } from 'aws-cdk-lib'
import { RapporteurStack } from './stack.ts'
import { stageOf } from './stage.ts'

const app = new App()
const stage = stageOf(app)
new RapporteurStack(app, `Rapporteur-${stage.name}`, stage)
if (process.env.CDK_VALIDATION !== 'false') {
  // CDK's own switch for its validator: what is only to run needs no review
  const { AwsSolutionsChecks } = await import('cdk-nag')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}
