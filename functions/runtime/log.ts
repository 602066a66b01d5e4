/** The deployed steps, by the word that is used for each everywhere. */
export type Step = 'api' | 'seal' | 'publish' | 'project' | 'deliver' | 'withhold' | 'witness'

type Fields = Readonly<Record<string, unknown>>

/** Lambda's JSON logging takes an object as it is, and adds time, level and request id; a terminal wants one line. */
const shaped = (step: Step, message: string, fields: Fields): unknown => {
  const entry = { step, message, ...fields }
  return process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON' ? entry : JSON.stringify(entry)
}

/** One entry for the operator. `fields` are plain JSON, and never hold a key, a text or a payload. */
export function log(step: Step, message: string, fields: Fields = {}): void {
  console.info(shaped(step, message, fields))
}

/** As `log`, of something that somebody should look at. */
export function logError(step: Step, message: string, fields: Fields = {}): void {
  console.error(shaped(step, message, fields))
}

/** What is worth logging of an error: its name, message and stack, and those of its causes. */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) }
  const { name, message, stack, cause } = error
  return { error: name, detail: message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) }
}
