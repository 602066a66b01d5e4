import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
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

/** Signing keys change once a day and are made of four HMACs: kept by scope. */
const keys = new Map<string, Buffer>()

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
  const wanted = hmac(signingKey(secret, given.scope), toSign)
  const signature = Buffer.from(given.signature, 'hex')
  return signature.length === wanted.length && timingSafeEqual(signature, wanted)
}

function signingKey(secret: string, scope: string): Buffer {
  const name = `${secret}\n${scope}`
  let key = keys.get(name)
  if (!key) {
    key = scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`))
    if (keys.size > 100) keys.clear()
    keys.set(name, key)
  }
  return key
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest()
