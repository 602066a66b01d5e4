import { createHash, createPublicKey, verify } from 'node:crypto'

/**
 * A reader of the log who trusts nobody: from RFC 6962, C2SP tlog-tiles, tlog-checkpoint and signed-note alone, with
 * `fetch` and `node:crypto`. Nothing of the product computes here, so that a mistake of ours is not checked by itself.
 */
export interface SignedHead {
  readonly origin: string
  readonly size: number
  readonly root: string
  readonly note: string
}

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
const leafOf = (entry: Uint8Array): Buffer => sha256(Buffer.of(0), entry)
const nodeOf = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right)

async function get(base: string, path: string): Promise<Buffer> {
  const answer = await fetch(base + path)
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return Buffer.from(await answer.arrayBuffer())
}

/** The public keys of the log, by name and key id. */
export async function keysOf(base: string): Promise<readonly string[]> {
  return (await get(base, '/log/key')).toString('utf8').trimEnd().split('\n')
}

/** The signed head, whose note every one of the keys has signed; throws where one has not. */
export async function headOf(base: string, vkeys: readonly string[]): Promise<SignedHead> {
  return readNote((await get(base, '/checkpoint')).toString('utf8'), vkeys)
}

/** Reads a checkpoint and checks its signatures. */
export function readNote(note: string, vkeys: readonly string[]): SignedHead {
  const end = note.indexOf('\n\n') + 1
  const text = note.slice(0, end)
  const [origin = '', size, root = '', ...more] = text.split('\n')
  if (more.join('') !== '') throw new Error(`A checkpoint with extension lines: ${more}`)
  const signatures = note
    .slice(end + 1)
    .trimEnd()
    .split('\n')
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
  for (const vkey of vkeys) {
    const [, name, keyId, material = ''] = /^([^+]+)\+([^+]+)\+(.+)$/.exec(vkey) ?? [] // base64 has a plus, too
    const key = Buffer.from(material, 'base64')
    const wanted = sha256(Buffer.from(`${name}\n`), key).subarray(0, 4)
    if (wanted.toString('hex') !== keyId || key[0] !== 1) throw new Error(`Not an Ed25519 key of its id: ${vkey}`)
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)])
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const bytes = signatures
      .filter((line) => line?.[1] === name)
      .map((line) => Buffer.from(line?.[2] ?? '', 'base64'))
      .find((signature) => signature.subarray(0, 4).equals(wanted))
    if (!bytes || !verify(null, Buffer.from(text), publicKey, bytes.subarray(4))) {
      throw new Error(`The checkpoint is not signed by ${vkey}`)
    }
  }
  return { origin, size: Number(size), root, note }
}

/** `x001/x234/067` of 1234067. */
const grouped = (n: number): string => {
  const digits = String(n).padStart(Math.ceil(String(n).length / 3) * 3, '0')
  return (digits.match(/\d{3}/g) ?? [])
    .map((group, index, all) => (index < all.length - 1 ? `x${group}` : group))
    .join('/')
}

/** The entries of a log of a size, in order: their very bytes. */
export async function entriesOf(base: string, size: number): Promise<Buffer[]> {
  const entries: Buffer[] = []
  for (let n = 0; n * 256 < size; n++) {
    const width = Math.min(256, size - n * 256)
    const bundle = await get(base, `/tile/entries/${grouped(n)}${width < 256 ? `.p/${width}` : ''}`)
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      entries.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)))
    }
  }
  return entries
}

/** Every tile of hashes of a log of a size, compared with the leaves that the entries have; throws where one differs. */
export async function checkTiles(base: string, entries: readonly Uint8Array[]): Promise<void> {
  let nodes = entries.map(leafOf)
  for (let level = 0; nodes.length > 0; level++) {
    for (let n = 0; n * 256 < nodes.length; n++) {
      const wanted = nodes.slice(n * 256, n * 256 + 256)
      const path = `/tile/${level}/${grouped(n)}${wanted.length < 256 ? `.p/${wanted.length}` : ''}`
      if (!(await get(base, path)).equals(Buffer.concat(wanted)))
        throw new Error(`${path} is not what the entries give`)
    }
    nodes = Array.from({ length: Math.floor(nodes.length / 256) }, (_, n) =>
      rootOf(nodes.slice(n * 256, n * 256 + 256)),
    )
  }
}

/** MTH of RFC 6962 §2.1, over hashes of leaves. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0] as Buffer
  const split = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1)
  return nodeOf(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))
}

/** The root over entries, in base64 as checkpoints have it. */
export const rootOfEntries = (entries: readonly Uint8Array[]): string => rootOf(entries.map(leafOf)).toString('base64')

/** The root that an inclusion proof leads to: RFC 9162 §2.1.3.2. Hashes in base64. */
export function rootByInclusion(entry: Uint8Array, position: number, size: number, hashes: readonly string[]): string {
  let [node, last, root] = [position, size - 1, leafOf(entry)]
  for (const hash of hashes) {
    const beside = Buffer.from(hash, 'base64')
    if (last === 0) throw new Error('The proof is too long')
    if (node % 2 === 1 || node === last) {
      root = nodeOf(beside, root)
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
    } else {
      root = nodeOf(root, beside)
    }
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  if (last !== 0) throw new Error('The proof is too short')
  return root.toString('base64')
}

/** `datahash` of a payload whose JCS this is. */
export const dataHash = (salt: string, canonical: string): string =>
  sha256(Buffer.from(salt, 'base64url'), Buffer.from(canonical, 'utf8')).toString('base64url')
