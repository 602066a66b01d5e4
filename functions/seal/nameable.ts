import { logError } from '#functions/runtime/log.ts'

/** What a sort key holds: a stream's id must be one to be parked under it. Ids of the product have 80 bytes at most. */
const maxStreamIdBytes = 1_024

/** Whether a stream's id can be a key in the log table. A longer one was put by hand: nobody else is to wait for it. */
export function nameable(streamId: string): boolean {
  if (Buffer.byteLength(streamId) <= maxStreamIdBytes) return true
  logError('seal', 'stream passed over: its id is too long', { streamId })
  return false
}
