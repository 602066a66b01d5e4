import { datingBounds } from '#events/dating.ts'
import type { Folded } from '#events/fold.ts'
import { currentStatement, type Statement } from '#events/statement/fold.ts'
import { parseStream } from '#events/streams.ts'
import { soundOf, tellingWords } from '../actors/names.ts'
import { keyOfWord } from '../actors/rows.ts'
import type { ReadModel, Row } from '../row.ts'

/** What speakers were called in statements, by the first word of it that tells anything. */
export const calledBy = (word: string) => `called#${keyOfWord(word).slice(0, maxPartition)}`

/** The words of a role or a mention, as they sound; the first few of a long one. */
const calledWords = (text: string) => tellingWords(text).map(soundOf).slice(0, maxWords)

/** The words in their order: what is called so, or begins so, is found by the beginning of the sort key. */
export const calledKey = (words: readonly string[]) => words.map(keyOfWord).join('.').slice(0, maxKey)

const maxWords = 12
/** Characters: a row is to be one write unit. */
const maxPartition = 120
const maxKey = 240

/**
 * The speaker's role as held when a statement was made, and the words by which its document names the speaker. Where
 * the one only begins as the other does, one row says both: `the deputy minister`, `Deputy Minister of Transport`.
 */
export const mentions: ReadModel<Statement> = {
  name: 'mentions',
  kind: 'statement',
  rows({ state }: Folded<Statement>, streamId): Row[] {
    const statementId = parseStream(streamId)?.id
    if (!state.recorded || !statementId) return []
    const { speaker, saidOn } = currentStatement(state.recorded, state.corrections)
    const { earliest, latest } = datingBounds(saidOn)
    const row = (of: 'role' | 'mention', words: readonly string[]): Row => ({
      pk: calledBy(words[0] ?? ''),
      sk: `${calledKey(words)}#${speaker.actorId}#${statementId}`,
      statementId,
      speaker: speaker.actorId,
      of,
      ...(speaker.organization === undefined ? {} : { organization: speaker.organization }),
      ...(speaker.onBehalfOf === undefined ? {} : { onBehalfOf: speaker.onBehalfOf }),
      ...(earliest === null ? {} : { earliest }),
      ...(latest === null ? {} : { latest }),
    })
    const role = calledWords(speaker.role ?? '')
    const mention = calledWords(speaker.mention?.text ?? '')
    return [
      ...(role.length === 0 ? [] : [row('role', role)]),
      ...(mention.length === 0 || mention.every((word, at) => word === role[at]) ? [] : [row('mention', mention)]),
    ]
  },
}
