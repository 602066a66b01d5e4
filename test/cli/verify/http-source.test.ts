import { createServer } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { httpSource } from '../../../cli/verify/http-source.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** A server that answers with these, one after the other, and tells what it was asked. */
async function serving(...answers: [status: number, body: string, headers?: Record<string, string>][]) {
  const asked: { path: string | undefined; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    asked.push({ path: request.url, authorization: request.headers.authorization })
    const [status, body, headers = {}] = answers[Math.min(asked.length, answers.length) - 1] as (typeof answers)[number]
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => server.close())
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, asked }
}

it('asks again where an answer is for now, and as late as that says', async () => {
  const { url, asked } = await serving(
    [503, '', { 'retry-after': '0' }],
    [429, '', { 'retry-after': '0' }],
    [502, ''],
    [200, 'a'],
  )
  expect(Buffer.from((await httpSource(url, undefined).get('tile/0/000')) ?? []).toString()).toBe('a')
  expect(asked.map(({ path }) => path)).toEqual(Array(4).fill('/tile/0/000'))
})

it('finds nothing where nothing is, and asks once', async () => {
  const { url, asked } = await serving([404, 'no'])
  expect(await httpSource(`${url}/mirror/`, undefined).get('checkpoint')).toBeUndefined()
  expect(asked).toEqual([{ path: '/mirror/checkpoint', authorization: undefined }])
})

it('gives the key that it has, and says that one is wanted', async () => {
  const { url, asked } = await serving([200, ''], [401, ''])
  const source = httpSource(url, 'rk_ostmark')
  expect(await source.get('checkpoint')).toEqual(new Uint8Array())
  await expect(source.get('checkpoint')).rejects.toThrow('is not open to everybody: give a key by --api-key')
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer rk_ostmark', 'Bearer rk_ostmark'])
})

it('gives up where nothing else comes, and says what came', async () => {
  const { url, asked } = await serving([503, '', { 'retry-after': '0' }])
  await expect(httpSource(url, undefined).get('checkpoint')).rejects.toThrow(`${url}/checkpoint answers 503`)
  expect(asked).toHaveLength(6)
})

it('does not read to the end what no log has', async () => {
  const { url, asked } = await serving([200, ' '.repeat(33_000_000)])
  await expect(httpSource(url, undefined).get('tile/0/000')).rejects.toThrow('answers more than 32000000 bytes')
  expect(asked).toHaveLength(1)
})

it('says that nobody is there', () =>
  expect(httpSource('http://127.0.0.1:1', undefined).get('checkpoint')).rejects.toThrow(
    'http://127.0.0.1:1/ cannot be reached',
  ))
