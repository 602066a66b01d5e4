import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { AwsSolutionsChecks } from 'cdk-nag'
import { afterAll, describe, expect, it } from 'vitest'
import cdkJson from '../../cdk.json' with { type: 'json' }
import { RapporteurStack } from '../../infra/stack.ts'
import { stageOf } from '../../infra/stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapporteur-review-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the two reviewers of `cdk synth` find wrong with the stack, once it was changed: rules by reviewer. */
function review(stage: string, change: (stack: RapporteurStack) => void = () => {}): Record<string, string[]> {
  const outdir = mkdtempSync(join(folder, 'assembly-'))
  const app = new App({ outdir, context: { ...cdkJson.context, stage, 'aws:cdk:bundling-stacks': [] } })
  const stack = new RapporteurStack(app, 'Stack', stageOf(app))
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  change(stack)
  try {
    app.synth()
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error
  }
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
    pluginReports: { pluginName: string; violations: { ruleName: string }[] }[]
  }
  return Object.fromEntries(
    report.pluginReports.map(({ pluginName, violations }) => [pluginName, violations.map(({ ruleName }) => ruleName)]),
  )
}

const find = <T>(stack: RapporteurStack, type: new (...args: never[]) => T): T => {
  const found = stack.node.findAll().find((construct) => construct instanceof type)
  if (!found) throw new Error(`The stack has no ${type.name}`)
  return found as T
}

describe('the review that synthesis makes', () => {
  it('finds nothing in either stage', () => {
    expect(review('sandbox')).toEqual({})
    expect(review('production')).toEqual({})
  }, 120_000) // the reviewers take seconds to load

  it('would find a wildcard in a policy', () => {
    const found = review('sandbox', (stack) =>
      find(stack, Role).addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] })),
    )
    expect(Object.values(found).flat().join()).toMatch(/AwsSolutions-IAM5/)
  })

  it('would find a property that CloudFormation does not take', () => {
    const found = review('sandbox', (stack) =>
      find(stack, CfnGlobalTable).addPropertyOverride('BillingMode', 'SOMETIMES'),
    )
    expect(Object.keys(found)).toHaveLength(1)
    expect(Object.keys(found)).not.toContain('AwsSolutions')
  })
})
