import type { FC } from 'hono/jsx'
import { Layout } from './layout.tsx'

interface Home {
  readonly source: string
  /** Where the page was asked for: `https://example.org`. */
  readonly origin: string
  /** What the log's checkpoints are verified with, once there is one. */
  readonly vkey: string | undefined
}

const HomePage: FC<Home> = ({ source, origin, vkey }) => (
  <Layout title="Rapporteur">
    <h1>A record of what was said to have been said</h1>
    <p>
      In this document, these words are given as said by this person, in this role, at this occasion: that is a
      statement. This source says that the mission entered this phase on this date: that is a report. Both are kept here
      as events that nobody overwrites. A correction, a retraction or a better date is one more event.
    </p>
    <h2>Read</h2>
    <dl>
      <dt>
        <a href="/statements">/statements</a>
      </dt>
      <dd>
        Statements, newest first; <code>?speaker=</code> and <code>?document=</code> choose among them
      </dd>
      <dt>
        <a href="/missions">/missions</a>
      </dt>
      <dd>Missions, each with a timeline for every source and where sources disagree</dd>
      <dt>
        <a href="/events">/events</a>
      </dt>
      <dd>
        The log itself, in order, from the first event or <code>?after=</code> a position
      </dd>
    </dl>
    <h2>Record</h2>
    <p>With a key whose scopes allow it. A retry is safe: what was told already is recognized.</p>
    <pre tabindex={0}>
      <code>
        {`curl ${origin}/statements \\
  -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" -d '{
  "documentId": "bulletin-2031-02-14",
  "speaker": { "actorId": "mira-kovan" },
  "fragments": [{ "mode": "indirect", "text": "the harbour had been quiet" }]
}'`}
      </code>
    </pre>
    <h2>Check the log</h2>
    <p>
      The log is a Merkle tree whose size and root are signed: nobody can change, drop or insert what it has, and not be
      found out by whoever keeps one checkpoint.
    </p>
    <pre tabindex={0}>
      <code>{`npx rapporteur-verify ${origin} --state checkpoint.txt`}</code>
    </pre>
    <dl>
      <dt>
        <Begun path="/checkpoint" vkey={vkey} />
      </dt>
      <dd>Size and root, signed</dd>
      <dt>
        <Begun path="/log/key" vkey={vkey} />
      </dt>
      <dd>{vkey === undefined ? 'The key that it is signed with, once it has begun' : <code>{vkey}</code>}</dd>
      <dt>
        <code>/statements/{'{id}'}/proof</code>
      </dt>
      <dd>All that proves one statement, its corrections included, to be checked offline</dd>
    </dl>
    <h2>Build on it</h2>
    <dl>
      <dt>
        <a href="/docs">/docs</a>
      </dt>
      <dd>The reference: every route, what it takes and what it answers</dd>
      <dt>
        <a href="/openapi.json">/openapi.json</a>
      </dt>
      <dd>The same for programs, as OpenAPI 3.1</dd>
      <dt>
        <a href="/problems">/problems</a>
      </dt>
      <dd>What a refusal means, and what to do about it</dd>
      <dt>
        <a href="/healthz">/healthz</a>
      </dt>
      <dd>Whether every part answers, and how far each has come</dd>
    </dl>
    <p class="status">
      This deployment is <code>{source}</code>
    </p>
  </Layout>
)

/** A way to what is there once the log has begun. */
const Begun: FC<{ path: string; vkey: string | undefined }> = ({ path, vkey }) =>
  vkey === undefined ? <code>{path}</code> : <a href={path}>{path}</a>

/** The same for a reader, as HTML. */
export const homePage = (home: Home) => String(<HomePage {...home} />)
