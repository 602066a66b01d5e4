import { type ProblemCode, problemCodes } from './codes.ts'

/** What the page of a problem says: in plain words, a paragraph each. `code` is set between backquotes. */
export interface ProblemText {
  readonly happened: string
  readonly doing: string
}

/** The pages behind each problem's `type`. `docs/problems/` holds them as Markdown: a test keeps the two the same. */
export const problemTexts: Readonly<Record<ProblemCode, ProblemText>> = {
  'malformed-body': {
    happened:
      'The body is not JSON in UTF-8 with exactly one meaning. Either it does not parse, or its bytes are not UTF-8, or an object gives the same member twice, or it is nested absurdly deep. Readers differ in which of two equal members they take, so such a body is refused and not guessed at.',
    doing:
      'Read `detail`: it says what is wrong and where. Send the body as a JSON serializer writes it, without a byte order mark.',
  },
  'invalid-header': {
    happened: 'A header is not as it is described. Nothing was recorded.',
    doing:
      'Read `detail`, which names the header. `Idempotency-Key` takes 1 to 128 printable ASCII characters. `If-Match` takes one entity tag as an answer gave it in `ETag`: `"3"`.',
  },
  'key-required': {
    happened: 'This needs a key, and the request brought none.',
    doing:
      'Send `Authorization: Bearer <key>`. Whoever runs this deployment makes keys with `npm run keys -- create --name "City desk" --scope record`.',
  },
  'unknown-key': {
    happened: 'The request brought a key that is not known here: mistyped, of another deployment, or revoked.',
    doing:
      'Check that the whole key was sent, as `rk_<id>_<secret>`, and to the right address. A key cannot be looked up again: if it is lost, have a new one made.',
  },
  'scope-required': {
    happened: 'The key is known, but it was made without the scope that this needs. `detail` names the scope.',
    doing:
      'Use a key with that scope, or have one made. Recording needs `record`; corrections, disputes, merges, the end of a mission, withdrawals, and a `PUT` with `If-Match`, need `revise`; a retraction, and the withdrawal of a statement’s, need `retract`; the text of a document needs `read-text`. Where the deployment is private, every read needs `read`. `admin` includes all.',
  },
  'not-found': {
    happened: 'There is nothing at this address.',
    doing: 'See `/openapi.json` for every route, or `/` for a way in.',
  },
  'document-not-recorded': {
    happened: 'No document is on record under this id.',
    doing: 'Check the id. Record the document with `PUT /documents/{id}`.',
  },
  'actor-not-registered': {
    happened: 'No actor is on record under this id.',
    doing: 'Check the id. Register the actor with `PUT /actors/{id}`.',
  },
  'statement-not-recorded': {
    happened: 'No statement is on record under this id.',
    doing:
      'Check the id: it begins with `s-` and is in the answer to `POST /statements`. What is on record by a speaker or from a document is in `GET /statements?speaker=` and `?document=`.',
  },
  'claim-not-recorded': {
    happened: 'The statement is on record, but no claim under this id was read from it.',
    doing:
      'Check the id: `claims` of `GET /statements/{id}` has each. Read a claim with `POST /statements/{id}/claims`.',
  },
  'dispute-not-recorded': {
    happened: 'The statement is on record, but no dispute of it under this id, so there is nothing to settle.',
    doing:
      'Check the id: `disputes` of `GET /statements/{id}` has each. Record a dispute with `POST /statements/{id}/disputes`.',
  },
  'mission-not-opened': {
    happened: 'No mission is on record under this id, so nothing can be reported of it.',
    doing: 'Check the id. Open the mission with `POST /missions`, then report its phases.',
  },
  'membership-not-recorded': {
    happened: 'The actor is on record, but no membership of it under this id.',
    doing: 'Check the id: `GET /actors/{id}` lists them. Record it with `POST /actors/{id}/memberships`.',
  },
  'report-not-recorded': {
    happened:
      'The mission is on record, but no report of this kind under this id. A phase is retracted as a phase, and a contingent as a contingent.',
    doing: 'Check the id: it is the `reportId` that the report was recorded under, and `GET /missions/{id}` has it.',
  },
  'lesson-not-recorded': {
    happened: 'The mission is on record, but no lesson under this id.',
    doing: 'Check the id: `GET /missions/{id}` lists the lessons. Record it with `POST /missions/{id}/lessons`.',
  },
  'event-not-recorded': {
    happened: 'The stream has no event of this version, or there is no such stream.',
    doing:
      'Check the event’s id, `<streamId>/<version>`: the `history` of each resource has it as `eventId`, and `GET /events` as `id`.',
  },
  'text-not-held': {
    happened:
      'The document is on record, but its text is not held here: it was never sent, or it was deleted. Its hash and the quoted words stay on record.',
    doing: 'Read the document at its publisher or in an archive: see `url` and `archived` of the document.',
  },
  'log-not-begun': {
    happened:
      'The log has no checkpoint yet, so there is nothing that could be checked against one. It begins with the first event that is sealed.',
    doing:
      'Record something, and ask again a few seconds later. If that does not help, see `checkpoint` in `/healthz`: whoever runs this deployment is to look at its signing key.',
  },
  'method-not-allowed': {
    happened: 'Something is at this address, but it does not take this method.',
    doing: 'Use one of the methods that the `Allow` header names.',
  },
  'already-recorded': {
    happened:
      'Something is on record under the same id with other details. Nothing on record is ever overwritten, so nothing was changed. `differences` names each field that differs, as a JSON Pointer.',
    doing:
      'Read what is on record and compare. If the record is wrong, correct it (`POST …/corrections`; a document or an actor: `PUT` with `If-Match`). If you mean another thing, give it another id.',
  },
  'not-retracted': {
    happened:
      'No retraction of the statement stands: it was never retracted, or every retraction was withdrawn already.',
    doing: 'Read the statement: `retractions` has each, and by what it was withdrawn.',
  },
  'nothing-to-correct': {
    happened: 'The correction would leave everything as it is on record.',
    doing: 'Read the resource again: somebody may have made the correction already. Send only what is to change.',
  },
  'actor-merged': {
    happened: 'The actor is merged into another already: `into` names it. An actor is merged into one at a time.',
    doing:
      'If it is the wrong one, undo the merge with `POST /actors/{id}/merge/withdrawal`, then merge it anew. If the other was merged on, nothing is to be done: readers follow to the last.',
  },
  'actor-not-merged': {
    happened: 'There is no merge to undo: the actor was never merged, or its merge is undone already.',
    doing: 'Read the actor again. Somebody may have undone the merge for another reason.',
  },
  'mission-closed': {
    happened:
      'The mission is closed already, for another reason or on another day. What sources report is still taken.',
    doing:
      'If the closure is wrong, undo it with `POST /missions/{id}/closure/withdrawal`, then close the mission anew.',
  },
  'mission-not-closed': {
    happened: 'There is no closure to undo: the mission was never closed, or is open again already.',
    doing: 'Read the mission again. Somebody may have reopened it for another reason.',
  },
  withheld: {
    happened:
      'What this is about was recorded, and its payload is withheld by law. Nothing more is decided on it, and the same is not recorded again. `withheld` has the versions of the events that may be meant.',
    doing:
      'Read the resource: its `withheld` says since when and on what ground. Where only a part of it is withheld, everything else goes on as before.',
  },
  'withholding-stays': {
    happened: 'The event says that the payload of another is withheld, and why. It is never withheld itself.',
    doing:
      'Check the version. A ground that says too much cannot be taken back: so it is written for everybody to read.',
  },
  'cursor-expired': {
    happened: 'The list that this cursor belongs to has been built anew since.',
    doing: 'Begin the list again, without `cursor`.',
  },
  'version-conflict': {
    happened: '`If-Match` names a version that is not the latest any more: somebody else wrote in between.',
    doing: 'Read the resource again, look at what changed, and send your change with the new `ETag`.',
  },
  'body-too-large': {
    happened:
      'The body has more than 256 KB; or an import has more than 4 MB or more than 500 lines. Nothing of it was recorded.',
    doing:
      'Send less at once: an import can be cut between any two lines. A long text can be left out of a document: its hash and the quoted words are enough.',
  },
  'unsupported-media-type': {
    happened: 'The body is not declared as what is taken here.',
    doing:
      'Send `Content-Type: application/json`, an import `application/x-ndjson`, and no content coding. `Accept-Post` names what is taken.',
  },
  'invalid-input': {
    happened:
      'The request could be read, but says something that cannot be taken: a field that is not as described, is not known, refers to what is not on record, or does not hold against the text. Nothing was recorded.',
    doing:
      'Go through `errors`: each names a field of the body (`pointer`, a JSON Pointer) or of the query (`parameter`) and says what is wrong with it. All that were found are listed. `/openapi.json` describes every field.',
  },
  'invalid-cursor': {
    happened: 'The cursor was not made by this list, or was made with other filters.',
    doing: 'Follow `next`, or the `Link` header, as the last page gave it; or begin again without `cursor`.',
  },
  'too-many-merged': {
    happened:
      'More than 25 actors are merged into the one that is asked for, directly or through others. A list that answers for one of them answers for all, and cannot look for so many at once.',
    doing:
      'Ask for less at once: `GET /actors/{id}` and its history still answer for each. Merges that were made by mistake can be undone with `POST /actors/{id}/merge/withdrawal`.',
  },
  'idempotency-key-reused': {
    happened: 'The same key sent this `Idempotency-Key` before, with another request to the same thing.',
    doing: 'Draw a new `Idempotency-Key` for every new request; use an old one only to send the same request again.',
  },
  contended: {
    happened: 'So many were writing to the same thing at once that this request lost every race. Nothing was recorded.',
    doing: 'Send the same request again after the seconds that `Retry-After` gives.',
  },
  'not-tried': {
    happened:
      'This line of an import was not tried. Either the 20 seconds were over that an import may take, or an earlier line which it has to wait for was not settled: it was not tried itself, or the record did not answer. Nothing was recorded of it.',
    doing:
      'Send the line again in another import, with all others that were answered with 503, in the same order. `npm run import` does so by itself.',
  },
  'not-signed-yet': {
    happened:
      'It is on record, but the log’s last checkpoint does not cover it yet, so there is no proof of it. Signing follows recording by a second or two.',
    doing:
      'Send the same request again after the seconds that `Retry-After` gives. If that does not help for minutes, see `checkpoint` in `/healthz`: it says up to where the log is signed, and when that was.',
  },
  unavailable: {
    happened:
      'A table did not answer in time, or asked for patience. If this was a write, it may or may not have been recorded.',
    doing:
      'Send the very same request again after the seconds that `Retry-After` gives: what was recorded is recognized and not recorded twice.',
  },
}

/** The page of a problem as Markdown. */
export function problemMarkdown(code: ProblemCode): string {
  const { status, title } = problemCodes[code]
  const { happened, doing } = problemTexts[code]
  return [`# ${title}`, `\`/problems/${code}\`, status ${status}`, '## What happened', happened, '## What to do', doing]
    .join('\n\n')
    .concat('\n')
}
