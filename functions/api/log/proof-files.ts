import { formatProof } from '#events/log/proof-file.ts'
import type { SignedCheckpoint } from '#functions/store/log-item.ts'
import type { LogStore } from '#functions/store/log-store.ts'
import { inclusionProofs } from './proving.ts'

/** A C2SP tlog-proof of each position, under a checkpoint that covers it. */
export async function proofFiles(
  log: LogStore,
  positions: readonly number[],
  { size, note }: Pick<SignedCheckpoint, 'size' | 'note'>,
): Promise<string[]> {
  const proofs = await inclusionProofs(log, positions, size)
  return proofs.map((hashes, at) => formatProof({ index: positions[at] ?? 0, hashes, checkpoint: note }))
}
