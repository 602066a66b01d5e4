import { headersOf } from '../../infra/local/answers.ts'
import { type ParameterRequest, Parameters } from '../../infra/local/parameters.ts'
import { listen } from './listen.ts'

/** The local cloud's parameter store behind an address of its own; `notes` is what it keeps, `calls` what it was asked. */
export async function startParameterStore() {
  const notes = new Map<string, string>()
  const calls: string[] = []
  const state = {
    note: (name: string) => notes.get(name),
    setNote: (name: string, value: string) => void notes.set(name, value),
  }
  const parameters = new Parameters({ state, place: { region: 'local', account: '000000000000' } })
  const { url, close } = await listen(async (request) => {
    const operation = request.headers.get('x-amz-target')?.replace('AmazonSSM.', '') ?? ''
    calls.push(operation)
    const answer = parameters.call(operation, (await request.json()) as ParameterRequest)
    const headers = Object.entries(headersOf(answer)).map(([name, value]): [string, string] => [name, String(value)])
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers })
  })
  return { url, close, notes, calls }
}
