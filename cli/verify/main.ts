/**
 * Checks a log, or one proof of it, without trusting who keeps it: `npx rapporteur-verify <url | folder>`. `usage` has
 * the rest. Built into one file by `npm run build:verify`.
 */
import { readFileSync, statSync } from 'node:fs'
import { parseVkey, type VerifierKey } from '#events/log/note.ts'
import { Bar } from './bar.ts'
import { folderSource } from './folder-source.ts'
import { httpSource } from './http-source.ts'
import { keysIn } from './log-key.ts'
import { type Options, readOptions, usage } from './options.ts'
import { asJson, counted, others, type Said, sentence, type Trust, trusted } from './said.ts'
import { type Source, textOf, Unchecked } from './source.ts'
import { keepFork, readState, writeState } from './state-file.ts'
import { verifyLog } from './verify-log.ts'
import { isStatementFile, keysInFile, type Proved, verifyEntryProof, verifyStatementProof } from './verify-proof.ts'

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, process.env)
  if (options.help) {
    console.log(usage)
    return 0
  }
  const said =
    options.proof === undefined ? await ofLog(options, options.log as string) : ofProof(options, options.proof)
  console.log(options.json ? asJson(said) : sentence(said))
  if (!options.json) for (const line of others(said)) console.error(line)
  return said.findings.count > 0 ? 1 : 0
}

async function ofLog(options: Options, log: string): Promise<Said> {
  const source = sourceOf(log, options.apiKey)
  const { state, witnesses, quorum, all, entriesOnly } = options
  const kept = state === undefined ? undefined : readState(state)
  const trust: Trust = options.keys.length > 0 ? 'given' : kept ? 'kept' : 'first-use'
  const keys = options.keys.length > 0 ? options.keys : (kept?.keys ?? (await keysOf(source)))
  const bar = new Bar(process.stderr)
  const checked = await verifyLog(source, {
    ...{ keys, witnesses, quorum, all, entriesOnly },
    ...(kept && { previous: kept.checkpoint }),
    onProgress: (done, of) => bar.show(done, of),
  }).finally(() => bar.clear())

  const { findings, head, note, from } = checked
  const notes: string[] = []
  if (head && findings.count === 0 && state !== undefined) {
    const known = new Map([...keys, ...checked.keysAdded].map((key) => [`${key.name} ${key.keyId}`, key]))
    writeState(state, { note, keys: [...known.values()] })
  }
  if (head && kept && state !== undefined && findings.kept.some(({ kind }) => kind === 'fork')) {
    notes.push(`Both signed checkpoints are in ${keepFork(state, kept, note, head.checkpoint)}: they are evidence.`)
  }
  if (findings.count === 0 && entriesOnly) notes.push('What they say was not looked at.')
  if (findings.count === 0) notes.push(...trusted(trust, head?.signedBy ?? [], state !== undefined))
  const size = head?.checkpoint.size ?? 0
  const withheld = checked.withheld > 0 ? `, ${counted(checked.withheld, 'payload')} withheld` : ''
  return {
    findings,
    head,
    what: `${whatChecked(from, size, head?.checkpoint.origin ?? '')}${withheld}`,
    notes,
    more: { log: source.name, from, entries: size - from, withheld: checked.withheld, trust },
  }
}

function whatChecked(from: number, size: number, origin: string): string {
  if (from === 0) return `all ${counted(size, 'entry', 'entries')} of ${origin}`
  const before = `the ${counted(from, 'entry', 'entries')} that were verified before`
  if (from === size) return `nothing is new in ${origin} after ${before}`
  return `${counted(size - from, 'new entry', 'new entries')} of ${origin} after ${before}`
}

function ofProof(options: Options, file: string): Said {
  const { keys, trusted: known } = keysForProof(options, file)
  const signers = { keys, witnesses: options.witnesses, quorum: options.quorum }
  const proof = readText(file)
  const proved = isStatementFile(proof)
    ? verifyStatementProof(proof, signers)
    : verifyEntryProof(proof, readBytes(entryFile(options)), signers)
  if (!known && proved.findings.count === 0) {
    throw new Unchecked(
      'The file holds together, but by a key that it brings itself, which proves nothing: give the key of the log with --key, or --state.',
    )
  }
  const { findings, head, stream, withheld } = proved
  return {
    findings,
    head,
    what: `${whatProved(proved)} in the log ${head?.checkpoint.origin} of ${counted(head?.checkpoint.size ?? 0, 'entry', 'entries')}`,
    notes: [],
    more: { proof: file, ...(stream && { stream }), withheld },
  }
}

function whatProved({ stream, withheld, count }: Proved): string {
  if (!stream) return 'the entry'
  const { subject, from, to } = stream
  const versions = from === to ? `version ${from}` : `versions ${from} to ${to}`
  const without = withheld > 0 ? `, ${counted(withheld, 'payload')} withheld` : ''
  return `${counted(count, 'event')} of ${subject} (${versions}${without})`
}

function keysForProof({ keys, state }: Options, file: string): { keys: readonly VerifierKey[]; trusted: boolean } {
  if (keys.length > 0) return { keys, trusted: true }
  const kept = state === undefined ? undefined : readState(state)
  if (state !== undefined && !kept) throw new Unchecked(`There is no ${state}: a first run with a log writes it.`)
  if (kept) return { keys: kept.keys, trusted: true }
  return { keys: keysInFile(readText(file)).map(parsedKey), trusted: false }
}

/** The keys that the log says are its own. @throws {Unchecked} */
async function keysOf(source: Source): Promise<VerifierKey[]> {
  const bytes = await source.get('log/key')
  if (!bytes) throw new Unchecked(`${source.name} has no log/key: no log has begun there`)
  return keysIn(source, bytes)
}

function parsedKey(vkey: string): VerifierKey {
  try {
    return parseVkey(vkey)
  } catch (cause) {
    throw new Unchecked((cause as Error).message, { cause })
  }
}

function sourceOf(log: string, key: string | undefined): Source {
  if (/^https?:\/\//.test(log)) return httpSource(log, key)
  if (!statSync(log, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Unchecked(`${log} is neither a folder nor a URL that begins with http`)
  }
  return folderSource(log)
}

function entryFile({ entry }: Options): string {
  if (entry === undefined) throw new Unchecked('A tlog-proof is of an entry: give it with --entry')
  return entry
}

const readText = (file: string): string => {
  try {
    return textOf(readBytes(file))
  } catch (cause) {
    if (cause instanceof Unchecked) throw cause
    throw new Unchecked(`${file} is no text`, { cause })
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Unchecked(`${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = 2
    console.error(error instanceof Unchecked ? `Not checked: ${error.message}` : error)
  },
)
