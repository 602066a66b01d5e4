import { type Answer, failure, success } from './answers.ts'
import type { Act } from './calls.ts'
import type { State } from './state.ts'

export interface ParameterRequest {
  readonly Name?: string
  readonly Value?: string
  readonly Type?: string
  readonly Description?: string
  readonly Overwrite?: boolean
  readonly WithDecryption?: boolean
}

/** What of a request is understood; `Tier`, `KeyId` and others would change what AWS does. */
const understood: Readonly<Record<string, readonly string[]>> = {
  GetParameter: ['Name', 'WithDecryption'],
  PutParameter: ['Name', 'Value', 'Type', 'Description', 'Overwrite'],
}
const maximumValue = 4096
const namePattern = /^(\/[A-Za-z0-9._-]+){1,15}$/

/**
 * The parameter store, as much of it as a step calls: SecureStrings, put and got by their full path. They are kept in the
 * data folder, which only its owner reads. Source: "GetParameter" and "PutParameter" in the AWS Systems Manager API Reference.
 */
export class Parameters {
  readonly #state: Pick<State, 'note' | 'setNote'>
  readonly #place: { readonly region: string; readonly account: string }

  constructor(options: { state: Pick<State, 'note' | 'setNote'>; place: { region: string; account: string } }) {
    this.#state = options.state
    this.#place = options.place
  }

  /** What the call does, as IAM sees it; undefined for a call that the local cloud does not know. */
  act(operation: string, { Name = '', Overwrite = false }: ParameterRequest): Act | undefined {
    if (!understood[operation]) return undefined
    const action = `ssm:${operation}`
    const act = { action, resource: this.#arnOf(Name), leadingKeys: [] }
    return operation === 'PutParameter' ? { ...act, context: { 'ssm:Overwrite': String(Overwrite) } } : act
  }

  call(operation: string, request: ParameterRequest): Answer {
    const strange = Object.keys(request).filter((name) => !understood[operation]?.includes(name))
    if (strange.length > 0) return failure('ValidationException', `The local cloud does not know ${strange.join(', ')}`)
    const { Name = '' } = request
    if (!namePattern.test(Name)) {
      return failure('ValidationException', `The local cloud takes a parameter's full path, and not "${Name}"`)
    }
    return operation === 'GetParameter' ? this.#get(Name, request) : this.#put(Name, request)
  }

  #get(name: string, { WithDecryption }: ParameterRequest): Answer {
    const Value = this.#state.note(noteOf(name))
    if (Value === undefined) return failure('ParameterNotFound', '')
    if (!WithDecryption) return failure('ValidationException', 'The local cloud has nothing encrypted to answer with')
    const Parameter = { Name: name, Type: 'SecureString', Value, Version: 1, ARN: this.#arnOf(name), DataType: 'text' }
    return success({ Parameter })
  }

  #put(name: string, { Value = '', Type, Overwrite }: ParameterRequest): Answer {
    if (Type !== 'SecureString') return failure('UnsupportedParameterType', 'The local cloud keeps SecureStrings alone')
    if (Value.length < 1 || Value.length > maximumValue) {
      return failure('ValidationException', `A standard parameter holds 1 to ${maximumValue} characters`)
    }
    const there = this.#state.note(noteOf(name)) !== undefined
    if (there && !Overwrite) {
      const message =
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.'
      return failure('ParameterAlreadyExists', message)
    }
    this.#state.setNote(noteOf(name), Value)
    return success({ Version: there ? 2 : 1, Tier: 'Standard' })
  }

  #arnOf(name: string): string {
    return `arn:aws:ssm:${this.#place.region}:${this.#place.account}:parameter${name}`
  }
}

const noteOf = (name: string) => `parameter ${name}`
