import { App, Validations } from 'aws-cdk-lib'
import { RapporteurStack } from './stack.ts'
import { stageOf } from './stage.ts'

const app = new App()
const stage = stageOf(app)
new RapporteurStack(app, `Rapporteur-${stage.name}`, stage)
// The CDK's own switch for its validator, and ours for this one: what is only to be run needs no review.
if (process.env.CDK_VALIDATION !== 'false') {
  const { AwsSolutionsChecks } = await import('cdk-nag')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}
