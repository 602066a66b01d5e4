import { randomBytes } from 'node:crypto'
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
  SSMServiceException,
} from '@aws-sdk/client-ssm'
import { ssm } from '#functions/runtime/ssm.ts'
import { type LogKeys, NotSigned } from './signer.ts'

/**
 * The log's keys in the parameter store: one SecureString each, base64 of the 32 bytes of an Ed25519 seed, under a path of
 * the stack and the key's number, from 1. One is made once, and never written over.
 */
export class StoredLogKeys implements LogKeys {
  readonly #client: SSMClient
  readonly #path: string

  /** `path` ends in a slash. */
  constructor({ client = ssm(), path }: { client?: SSMClient; path: string }) {
    this.#client = client
    this.#path = path
  }

  async seed(number: number): Promise<Uint8Array | undefined> {
    const Name = this.#path + number
    try {
      const { Parameter } = await told(() => this.#client.send(new GetParameterCommand({ Name, WithDecryption: true })))
      const seed = Buffer.from(Parameter?.Value ?? '', 'base64')
      if (seed.length !== 32) throw new NotSigned(`The parameter ${Name} is no seed of 32 bytes`)
      return seed
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined
      throw error
    }
  }

  async make(number: number): Promise<Uint8Array> {
    const Name = this.#path + number
    try {
      const put = new PutParameterCommand({
        Name,
        Value: randomBytes(32).toString('base64'),
        Type: 'SecureString',
        Description: 'Signs the checkpoints of the log. Without it nothing is ever signed under its name again.',
      })
      await told(() => this.#client.send(put)) // durable, and vouches for nothing yet
    } catch (error) {
      if (!(error instanceof ParameterAlreadyExists)) throw error // somebody made it first: theirs it is
    }
    const seed = await this.seed(number)
    if (!seed) throw new Error(`The parameter ${Name} was made, and does not show yet`)
    return seed
  }
}

/** What is refused, and not for the moment, is told apart: asking again would only hold up the sealing. */
async function told<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    const known = error instanceof ParameterNotFound || error instanceof ParameterAlreadyExists
    const passes = !(error instanceof SSMServiceException) || error.$fault === 'server' || error.$retryable
    if (known || passes) throw error
    throw new NotSigned(`The parameter store refuses: ${error.name}`, { cause: error })
  }
}
