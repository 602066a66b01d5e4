import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/** An address of our own that answers as `answer` does: undefined breaks the connection off. */
export async function listen(answer: (request: Request) => Promise<Response | undefined> | Response | undefined) {
  const server = createServer(async (message, response) => {
    const { method = 'GET', headers } = message
    const body = method === 'GET' ? undefined : (Readable.toWeb(message) as ReadableStream)
    const request = new Request(`http://${headers.host}${message.url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(body ? { body, duplex: 'half' } : {}),
    })
    const answered = await answer(request)
    if (answered) await write(response, answered)
    else message.socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function write(response: ServerResponse, answered: Response): Promise<void> {
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  response.end(Buffer.from(await answered.arrayBuffer()))
}
