import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

/** The bytes, compressed. Slow, and for few answers: it is loaded for those. */
export const gzipped = (bytes: Uint8Array): Promise<Buffer<ArrayBuffer>> => compress(bytes)
