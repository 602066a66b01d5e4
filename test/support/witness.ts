import { ed25519PublicKey } from '#crypto'
import { fromBase64, sameBytes } from '#events/log/base.ts'
import { parseCheckpoint } from '#events/log/checkpoint.ts'
import { cosign } from '#events/log/cosignature.ts'
import { formatVkey, parseNote, parseVkey, signatureLine, verifierKey, verifyNote } from '#events/log/note.ts'
import { verifyConsistency } from '#events/log/proof.ts'
import { listen } from './listen.ts'

/**
 * A witness of one log, as C2SP tlog-witness has it: remembers the largest tree that it has cosigned, and cosigns none
 * that does not go on from there. `answer` changes what it answers, for a witness that is slow or lies.
 */
export async function startWitness(options: {
  readonly name: string
  readonly seed: Uint8Array
  /** Of the log. */
  readonly vkeys: () => Promise<readonly string[]>
}) {
  const { name, seed, vkeys } = options
  let seen = { size: 0, root: new Uint8Array() }
  const asked: number[] = []
  const control: { time: number; instead?: () => Promise<Response | undefined> } = { time: 1_928_000_000 }

  const answer = async (request: Request): Promise<Response | undefined> => {
    if (control.instead) return control.instead()
    if (request.method !== 'POST' || new URL(request.url).pathname !== '/add-checkpoint') return status(404)
    const body = await request.text()
    const split = body.indexOf('\n\n')
    const [first = '', ...proof] = body.slice(0, split).split('\n')
    const old = Number(/^old (0|[1-9]\d*)$/.exec(first)?.[1] ?? Number.NaN)
    const note = parseNote(body.slice(split + 2))
    if (verifyNote(note, (await vkeys()).map(parseVkey)).length === 0) return status(403)
    const { size, root } = parseCheckpoint(note.text)
    asked.push(old)
    if (Number.isNaN(old) || old > size) return status(400)
    if (old !== seen.size) {
      return new Response(`${seen.size}\n`, { status: 409, headers: { 'content-type': 'text/x.tlog.size' } })
    }
    const hashes = proof.map(fromBase64)
    const goesOn =
      old === 0
        ? hashes.length === 0
        : old === size
          ? sameBytes(root, seen.root)
          : verifyConsistency({ from: old, to: size, fromRoot: seen.root, toRoot: root, hashes })
    if (!goesOn) return status(422)
    seen = { size, root: new Uint8Array(root) }
    return new Response(signatureLine(cosign(seed, name, note.text, control.time)))
  }
  const { url, close } = await listen(answer)
  return {
    url,
    close,
    vkey: formatVkey(verifierKey(name, ed25519PublicKey(seed), 4)),
    control,
    /** The old sizes that it was sent. */
    asked,
    seen: () => seen,
    /** As one that was there before. */
    remember: (size: number, root: Uint8Array) => {
      seen = { size, root: new Uint8Array(root) }
    },
  }
}

const status = (code: number) => new Response('', { status: code })
