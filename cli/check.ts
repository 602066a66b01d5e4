/**
 * All that is checked, in one command: format and lint, types, tests, synthesis. `tests` as the only argument runs the
 * tests alone. Every part runs, also when one before it failed; the last line counts the tests: `N passed, N failed`.
 * Exits with 1 when any part failed or no test ran.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0

interface Tally {
  passed: number
  failed: number
}

/** Runs the tests and counts them from the runner's JSON report. A file that does not even load counts as a failure. */
function runTests(): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-report-'))
  const report = join(folder, 'report.json')
  try {
    const clean = run('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`)
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      testResults: { status: string; assertionResults: { status: string }[] }[]
    }
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
    ).length
    const failed = numFailedTests + unloaded
    // An error outside any test (an unhandled rejection) fails the run without failing a test.
    return { passed: numPassedTests, failed: !clean && failed === 0 ? 1 : failed }
  } catch (error) {
    console.error('The tests left no report:', error)
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const parts: Record<string, () => boolean> = {
  'format and lint': () => run('biome', 'ci', '--error-on-warnings', '.'),
  types: () => [run('tsc', '-p', '.'), run('tsc', '-p', 'infra')].every(Boolean),
  synthesis: () => run('cdk', 'synth', '--quiet', '--strict'),
}

const only = process.argv[2]
if (process.argv.length > 3 || (only !== undefined && only !== 'tests')) {
  console.error('Usage: check.ts [tests]')
  process.exit(2)
}
const bad = only ? [] : Object.keys(parts).filter((name) => !parts[name]?.())
const { passed, failed } = runTests()
for (const name of bad) console.error(`Failed: ${name}`)
if (passed + failed === 0) console.error('Failed: no test ran')
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = bad.length > 0 || failed > 0 || passed === 0 ? 1 : 0
