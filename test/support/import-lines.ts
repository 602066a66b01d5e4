import { statementId } from '#events/statement/id.ts'

/** A line of an import. */
export interface Line {
  readonly method: 'PUT' | 'POST'
  readonly path: string
  readonly body: object
}

/**
 * So many lines as a desk would write them: bulletins, each with its speaker, a dozen statements, a few claims, and a
 * mission with reports of it. Every line is taken, and says something that no other does.
 */
export function* importLines(count: number): Generator<Line> {
  let left = count
  for (let number = 1; left > 0; number++) {
    for (const line of bulletin(number)) {
      if (left-- <= 0) return
      yield line
    }
  }
}

function* bulletin(number: number): Generator<Line> {
  const [documentId, actorId, missionId] = [`bulletin-${number}`, `speaker-${number}`, `watch-${number}`]
  yield put(`/actors/${actorId}`, { kind: 'person', name: `Mira Kovan the ${number}th`, names: [`M. Kovan ${number}`] })
  yield put(`/documents/${documentId}`, {
    kind: 'article',
    title: `Bulletin ${number}`,
    language: 'en',
    publishedOn: { edtf: '2031-02-14' },
  })
  const speaker = { actorId, role: 'Deputy Minister of Transport', roleGiven: 'stated' } as const
  for (let said = 1; said <= 12; said++) {
    const text = `The harbour had been quiet for ${said} days, and nobody had seen a ship of the ${number}th watch.`
    const statement = {
      documentId,
      speaker,
      saidOn: { verbatim: 'Wednesday', edtf: '2031-02-12', basis: 'the Wednesday before publication' },
      fragments: [{ mode: 'indirect', text } as const],
      language: 'en',
      topics: ['harbours', `ships-${number % 50}`],
    }
    yield post('/statements', statement)
    if (said % 4 === 0) {
      yield post(`/statements/${statementId(statement)}/claims`, {
        claimId: 'quiet',
        subject: { actorId },
        predicate: 'has-seen',
        object: { term: 'no ship' },
        polarity: 'affirmed',
        evidence: { fragment: 0, start: 0, end: 11 },
        readBy: 'City desk',
      })
    }
  }
  yield post('/missions', { missionId, names: [`Watch ${number}`], organization: actorId })
  for (const phase of ['mandated', 'deployed', 'withdrawn']) {
    yield post(`/missions/${missionId}/phases`, {
      reportId: phase,
      phase,
      since: { edtf: '2031-02-06' },
      assertedBy: actorId,
    })
  }
}

const put = (path: string, body: object): Line => ({ method: 'PUT', path, body })
const post = (path: string, body: object): Line => ({ method: 'POST', path, body })
