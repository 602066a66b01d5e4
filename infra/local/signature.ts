import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** As AWS gives them out: an id that may be seen, and a secret that signs. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export const newCredentials = (): Credentials => ({
  accessKeyId: `LOCAL${randomBytes(10).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64url'),
})

/** What an `Authorization` header says of its signature. */
export interface Signature {
  readonly accessKeyId: string
  /** `20310206/local/dynamodb/aws4_request` */
  readonly scope: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const pattern =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/

export function parseSignature(header: string | undefined): Signature | undefined {
  const [, accessKeyId, scope, signedHeaders, signature] = pattern.exec(header ?? '') ?? []
  if (!accessKeyId || !scope || !signedHeaders || !signature) return undefined
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature }
}

/**
 * Signing keys change once a day and are made of four HMACs: kept by scope, as what HMAC puts before its two hashes
 * (RFC 2104). Every call of every function is signed, and an object for each HMAC and hash costs more than the hashing.
 */
const keys = new Map<string, Pads>()

interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

/** What of a request is signed, beside its body. */
export interface Signed {
  readonly method?: string | undefined
  /** Path, as it was sent. */
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/**
 * Whether a request without a query was signed with this secret: Signature Version 4, for any service but S3, so the
 * path is encoded once more. Source: "Create a signed AWS API request" in the IAM User Guide.
 */
export function isSignedBy(secret: string, given: Signature, { method, url, headers }: Signed, body: Buffer): boolean {
  const canonical = [
    method ?? 'POST',
    (url ?? '/').split('/').map(encodeURIComponent).join('/'),
    '',
    ...given.signedHeaders.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    given.signedHeaders.join(';'),
    sha256(body),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], given.scope, sha256(canonical)].join('\n')
  const { inner, outer } = signingKey(secret, given.scope)
  const wanted = digest(Buffer.concat([outer, digest(Buffer.concat([inner, Buffer.from(toSign)]))]))
  const signature = Buffer.from(given.signature, 'hex')
  return signature.length === wanted.length && timingSafeEqual(signature, wanted)
}

function signingKey(secret: string, scope: string): Pads {
  const name = `${secret}\n${scope}`
  let pads = keys.get(name)
  if (!pads) {
    const key = scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`))
    const padded = Buffer.concat([key, Buffer.alloc(blockBytes - key.length)])
    pads = { inner: padded.map((byte) => byte ^ 0x36) as Buffer, outer: padded.map((byte) => byte ^ 0x5c) as Buffer }
    if (keys.size > 100) keys.clear()
    keys.set(name, pads)
  }
  return pads
}

/** What SHA-256 takes at once. */
const blockBytes = 64
const sha256 = (data: Buffer | string) => hash('sha256', data, 'hex')
const digest = (data: Buffer) => hash('sha256', data, 'buffer')
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest()
