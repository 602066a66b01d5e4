import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Engine } from './engine.ts'
import type { Json } from './intrinsics.ts'
import type { Table } from './stack.ts'

/** The engine has one shard to a stream; so many are played, as a fresh on-demand table has. */
export const shardCount = 4

/** A record as a function gets it, and where it stands. */
export interface StreamRecord {
  readonly sequence: bigint
  readonly shard: number
  readonly createdAt: number
  readonly event: Json
}

/** As the engine gives it: always with both images. */
interface EngineRecord {
  readonly eventID: string
  readonly eventName: string
  readonly userIdentity?: Json
  readonly dynamodb: {
    readonly Keys: Readonly<Record<string, Json>>
    readonly NewImage?: Json
    readonly OldImage?: Json
    readonly SequenceNumber: string
    readonly SizeBytes?: number
    readonly ApproximateCreationDateTime?: number
  }
}

interface Shard {
  readonly ShardId: string
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string }
}

export interface StreamOptions {
  readonly engine: Engine
  readonly table: Table
  readonly region: string
  /** Takes records in their order, and up to which sequence number the stream has now been read. */
  readonly deal: (records: readonly StreamRecord[], position: bigint) => void
  readonly log: (line: string) => void
}

/** A page of a stream ends at so many records, or at 1 MB; with as many bytes as this it may have been ended by them. */
const pageRecords = 1000
const pageBytes = 500_000

const streams = 'DynamoDBStreams_20120810'

/** Reads a table's stream when it is rung for, and not otherwise: every write comes by the gateway, which rings. */
export class Stream {
  readonly #options: StreamOptions
  readonly #iterators = new Map<string, string | undefined>()
  #arn = ''
  #position = 0n
  #rung = false
  #reading: Promise<void> | undefined
  #stopped = false

  constructor(options: StreamOptions) {
    this.#options = options
  }

  /** The sequence number of the last record that the engine holds; undefined where it does not say. */
  async open(): Promise<bigint | undefined> {
    const { engine, table } = this.#options
    const { Table: there } = await engine.ask<{ Table: { LatestStreamArn: string } }>(
      'DynamoDB_20120810.DescribeTable',
      { TableName: table.name },
    )
    this.#arn = there.LatestStreamArn
    const ends = (await this.#shards()).map((shard) => shard.SequenceNumberRange?.EndingSequenceNumber)
    return ends.every((end) => end !== undefined) ? ends.map(BigInt).reduce(larger, 0n) : undefined
  }

  /** Reads from after this sequence number on. */
  start(after: bigint): void {
    this.#position = after
    this.ring()
  }

  ring(): void {
    this.#rung = true
    if (this.#stopped || this.#reading) return
    this.#reading = this.#read()
      .catch((error: unknown) => {
        if (this.#stopped) return
        this.#options.log(`The stream of ${this.#options.table.id} cannot be read: ${error}`)
        this.#iterators.clear()
        setTimeout(() => this.ring(), 200).unref()
      })
      .finally(() => {
        this.#reading = undefined
        if (this.#rung && this.#iterators.size > 0) this.ring()
      })
  }

  /** Whether all that it was rung for is dealt. */
  get idle(): boolean {
    return !this.#reading && !this.#rung
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#reading
  }

  async #read(): Promise<void> {
    while (this.#rung && !this.#stopped) {
      this.#rung = false
      if (this.#iterators.size === 0) await this.#find()
      for (const shardId of this.#iterators.keys()) await this.#readShard(shardId)
      if ([...this.#iterators.values()].includes(undefined)) await this.#find()
    }
  }

  async #readShard(shardId: string): Promise<void> {
    const { engine, deal } = this.#options
    for (let iterator = this.#iterators.get(shardId); iterator !== undefined && !this.#stopped; ) {
      const page: { Records: EngineRecord[]; NextShardIterator?: string } = await engine.ask(`${streams}.GetRecords`, {
        ShardIterator: iterator,
        Limit: pageRecords,
      })
      iterator = page.NextShardIterator
      this.#iterators.set(shardId, iterator)
      const records = page.Records.filter(({ dynamodb }) => BigInt(dynamodb.SequenceNumber) > this.#position)
      if (records.length > 0) {
        this.#position = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber)).reduce(larger)
        deal(
          records.filter(changed).map((record) => this.#shaped(record)),
          this.#position,
        )
      }
      if (isLast(page.Records)) break
    }
  }

  /** Looks for shards that are new: the embedded engine's only one, at first; another engine closes and opens them. */
  async #find(): Promise<void> {
    for (const { ShardId } of await this.#shards()) {
      if (this.#iterators.has(ShardId)) continue
      const ShardIterator = await this.#iterator(ShardId)
      this.#iterators.set(ShardId, ShardIterator)
      await this.#readShard(ShardId)
    }
  }

  /** Where the position is in the shard, else at its start: what was read before is passed over then. */
  async #iterator(ShardId: string): Promise<string> {
    const ask = (place: object) =>
      this.#options.engine.ask<{ ShardIterator: string }>(`${streams}.GetShardIterator`, {
        StreamArn: this.#arn,
        ShardId,
        ...place,
      })
    const start = () => ask({ ShardIteratorType: 'TRIM_HORIZON' })
    const SequenceNumber = String(this.#position)
    const { ShardIterator } =
      this.#position === 0n
        ? await start()
        : await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }).catch(start)
    return ShardIterator
  }

  async #shards(): Promise<readonly Shard[]> {
    const { StreamDescription } = await this.#options.engine.ask<{ StreamDescription: { Shards: Shard[] } }>(
      `${streams}.DescribeStream`,
      { StreamArn: this.#arn },
    )
    return StreamDescription.Shards
  }

  #shaped({ eventID, eventName, userIdentity, dynamodb }: EngineRecord): StreamRecord {
    const { table, region } = this.#options
    const { NewImage, OldImage, Keys, SequenceNumber, SizeBytes = 0, ApproximateCreationDateTime: at } = dynamodb
    const view = table.stream?.view ?? 'KEYS_ONLY'
    const partition = table.keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? ''
    const digest = createHash('sha256').update(JSON.stringify(Keys[partition])).digest()
    const createdAt = at === undefined ? Date.now() : at * 1000
    return {
      sequence: BigInt(SequenceNumber),
      shard: digest.readUInt32BE(0) % shardCount,
      createdAt,
      event: {
        eventID,
        eventName,
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: region,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(createdAt / 1000),
          Keys,
          ...(NewImage !== undefined && /^NEW/.test(view) ? { NewImage } : {}),
          ...(OldImage !== undefined && /OLD/.test(view) ? { OldImage } : {}),
          SequenceNumber,
          SizeBytes,
          StreamViewType: view,
        },
        eventSourceARN: table.stream?.arn ?? '',
        ...(userIdentity === undefined ? {} : { userIdentity }),
      },
    }
  }
}

/** Whether it is clear that no limit has ended this page: then there was no more, and what is written later rings. */
const isLast = (records: readonly EngineRecord[]) =>
  records.length < pageRecords &&
  records.reduce((sum, { dynamodb }) => sum + (dynamodb.SizeBytes ?? pageBytes), 0) < pageBytes

/** DynamoDB writes no record for what changed nothing; the engine does. */
const changed = ({ eventName, dynamodb }: EngineRecord) =>
  eventName !== 'MODIFY' || !isDeepStrictEqual(dynamodb.NewImage, dynamodb.OldImage)
const larger = (one: bigint, other: bigint) => (one > other ? one : other)
