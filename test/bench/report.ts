import { availableParallelism } from 'node:os'
import { type Figure, isMet, type Part } from './figure.ts'
import type { Spread } from './spread.ts'

/** `docs/performance.md`, from what was measured in one run. */
export function report(parts: readonly Part[], at: Date, engine: string): string {
  const budgets = parts.flatMap(({ figures }) => figures.filter(({ budget }) => budget))
  return `# Performance
Made by \`npm run bench\` on ${at.toISOString().slice(0, 10)}: ${availableParallelism()} cores, Node ${process.versions.node}, ${engine}. Nothing here is written by hand.

Each figure is taken beside another one in the same run and on the same engine: in every round each once, in turn, after rounds that warm up and are not counted. A ratio is the median of the rounds' ratios; in brackets the first and third quartile; n is the number of rounds. Milliseconds belong to the machine, ratios much less so.

## Budgets
${budgetTable(budgets)}
${parts.map(section).join('\n')}`
}

/** A part as it is shown on the terminal. */
export const section = ({ title, how, figures }: Part): string => `
## ${title}
${how}

| | figure | ratio | beside | n |
| --- | ---: | ---: | --- | ---: |
${figures.map(line).join('\n')}
`

const budgetTable = (figures: readonly Figure[]): string =>
  [
    '| budget | at most | figure | ratio | met |',
    '| --- | ---: | ---: | ---: | --- |',
    ...figures.map((figure) =>
      row([
        figure.budget?.name ?? '',
        figure.ratio ? `${figure.budget?.atMost} ×` : `${figure.budget?.atMost} ${figure.value?.unit}`,
        figureOf(figure),
        ratioOf(figure),
        isMet(figure) ? 'yes' : '**no**',
      ]),
    ),
  ].join('\n')

const line = (figure: Figure): string =>
  row([
    figure.what,
    figureOf(figure),
    ratioOf(figure),
    figure.beside ?? '',
    String(figure.ratio?.n ?? figure.value?.spread.n ?? ''),
  ])

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const figureOf = ({ value }: Figure): string => (value ? `${shown(value.spread)} ${value.unit}` : '')
const ratioOf = ({ ratio }: Figure): string => (ratio ? `${shown(ratio)} ×` : '')

function shown({ median, low, high }: Spread): string {
  return low === high ? number(median) : `${number(median)} (${number(low)}–${number(high)})`
}

/** Three digits that mean something, thousands apart. */
function number(value: number): string {
  if (Number.isInteger(value) || value >= 1_000) return Math.round(value).toLocaleString('en-GB')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
