import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { RapporteurStack } from './stack.ts'
import { stageOf } from './stage.ts'

const app = new App()
const stage = stageOf(app)
new RapporteurStack(app, `Rapporteur-${stage.name}`, stage)
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
