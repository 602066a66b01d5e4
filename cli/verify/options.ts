import { parseArgs } from 'node:util'
import { parseVkey, type VerifierKey } from '#events/log/note.ts'
import { Unchecked } from './source.ts'

export const usage = `rapporteur-verify <url | folder> [--state <file>] [--all] [--entries] [--key <vkey>] [--witness <vkey> …] [--quorum <k>]
rapporteur-verify --proof <file> [--entry <file>] [--key <vkey> | --state <file>] [--witness <vkey> …] [--quorum <k>]

  <url | folder>  of the log: of a deployment, of a static mirror, or what \`npm run export\` has written
  --state         keeps what was verified: the next run checks what is new, and that nothing before it has changed
  --all           the whole log, also what an earlier run has checked
  --proof         a statement's proof file, or with --entry a C2SP tlog-proof; needs no network
  --entry         the entry that the tlog-proof is of
  --entries       entries and tiles alone: for a mirror that has no payloads
  --key           the log's verifier key; may be given again
  --witness       verifier key of a witness that must have signed; may be given again
  --quorum        how many of the witnesses, by default all
  --api-key       for a deployment that is not open to everybody, by default RAPPORTEUR_KEY
  --json          one JSON object in place of the sentence

Exits with 0 when all is as it must be, 1 when something is wrong, 2 when it could not be checked.`

export interface Options {
  readonly log: string | undefined
  readonly state: string | undefined
  readonly all: boolean
  readonly entriesOnly: boolean
  readonly proof: string | undefined
  readonly entry: string | undefined
  readonly keys: readonly VerifierKey[]
  readonly witnesses: readonly VerifierKey[]
  readonly quorum: number
  readonly apiKey: string | undefined
  readonly json: boolean
  readonly help: boolean
}

/** @throws {Unchecked} where they cannot be meant so */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parse(args)
  const [log, ...rest] = positionals
  const witnesses = keysOf(values.witness ?? [], '--witness', 4)
  const quorum = values.quorum === undefined ? witnesses.length : Number(values.quorum)
  if (!Number.isInteger(quorum) || quorum < 0 || quorum > witnesses.length || (values.quorum === '0' && !values.help)) {
    throw new Unchecked(`--quorum is how many of the ${witnesses.length} witnesses must have signed`)
  }
  const one = values.proof === undefined ? log !== undefined : log === undefined
  if ((!one || rest.length > 0) && !values.help) throw new Unchecked(`Give a log, or --proof and a file.\n\n${usage}`)
  if (values.entry !== undefined && values.proof === undefined) throw new Unchecked('--entry goes with --proof')
  if (values.entries && (values.state !== undefined || values.proof !== undefined)) {
    throw new Unchecked(
      '--entries checks a part, and goes neither with --state, which would keep it as the whole, nor with --proof',
    )
  }
  return {
    log,
    state: values.state,
    all: values.all ?? false,
    entriesOnly: values.entries ?? false,
    proof: values.proof,
    entry: values.entry,
    keys: keysOf(values.key ?? [], '--key', 1),
    witnesses,
    quorum,
    apiKey: (values['api-key'] ?? environment.RAPPORTEUR_KEY) || undefined,
    json: values.json ?? false,
    help: values.help ?? false,
  }
}

function keysOf(vkeys: readonly string[], option: string, algorithm: VerifierKey['algorithm']): VerifierKey[] {
  return vkeys.map((vkey) => {
    let key: VerifierKey
    try {
      key = parseVkey(vkey)
    } catch (cause) {
      throw new Unchecked(`${option}: ${(cause as Error).message}`, { cause })
    }
    if (key.algorithm !== algorithm) {
      throw new Unchecked(
        `${option}: "${vkey}" is the key of a ${algorithm === 1 ? 'witness, and not of a log' : 'log, and not of a witness'}`,
      )
    }
    return key
  })
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const texts = { type: 'string', multiple: true } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ state: text, proof: text, entry: text, quorum: text, 'api-key': text },
        ...{ key: texts, witness: texts },
        ...{ all: flag, entries: flag, json: flag, help: flag },
      },
    })
  } catch (cause) {
    throw new Unchecked(`${(cause as Error).message}\n\n${usage}`, { cause })
  }
}
