import { Agent } from 'node:https';
import { COMPATIBILITY, SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import avro, { type Type } from 'avsc';
import { boundedType } from './bounded-types.ts';
import { type RecordSchema, readerSchema } from './reader-schemas.ts';
import { compatibilityOf, type TopicDeclaration, topicNamed } from './topics.ts';

/** The result of decoding. `message` contains no data of the record. */
export type Decoded =
  | { readonly ok: true; readonly value: object }
  | { readonly ok: false; readonly reason: UndecodableReason; readonly message: string };

/** Why bytes cannot be decoded as a record of their topic. */
export type UndecodableReason =
  /** Not in the Confluent wire format: a zero byte and a schema id. */
  | 'not_avro'
  /** The registry has no schema with that id. */
  | 'unknown_schema'
  /** The schema does not fit the topic, or the bytes do not fit the schema. */
  | 'undecodable';

/** The registry is unavailable; the same call may work later. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
  readonly retriable = true;
}

/** A value does not fit its topic's schema: a bug of the caller. `message` names the fields, never their values. */
export class UnencodableError extends Error {
  override readonly name = 'UnencodableError';
}

/** Who we are to the registry: a user of HTTP Basic, or a client certificate with its key, as PEM. */
export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly cert: string; readonly key: string };

/** How a codec reaches the registry. */
export interface RegistryCodecOptions {
  /** Base of the registry's Confluent API. */
  readonly registryUrl: string;
  /** Null or absent: no credentials. */
  readonly registryAuth?: RegistryAuth | null | undefined;
  /** How long an unknown schema id is cached as unknown. */
  readonly unknownForMs?: number;
  readonly nowMs?: () => number;
}

/** Magic byte and schema id in front of every record. */
const HEADER_BYTES = 5;
const UNKNOWN_FOR_MS = 10_000;
/** Most ids cached as unknown: they come from outside. */
const UNKNOWN_LIMIT = 10_000;
/** Ids requested at the same time. */
const LOOKUPS_AT_ONCE = 8;

/** A writer's schema: its type, or why there is none. */
type Writer = Type | string;
type Read = (bytes: Buffer) => Decoded;

/**
 * Encodes and decodes records in the Confluent wire format. Encoding and decoding are synchronous; `prepare` (to write)
 * and `learn` (to read) fetch the schemas before.
 */
export class RegistryCodec {
  readonly #registry: SchemaRegistry;
  readonly #unknownForMs: number;
  readonly #nowMs: () => number;
  readonly #readers = new Map<string, Type>();
  readonly #writerIds = new Map<string, number>();
  readonly #writers = new Map<number, Writer>();
  /** Id → when to ask for it again. */
  readonly #unknown = new Map<number, number>();
  /** Topic → schema id → how to read it. */
  readonly #reads = new Map<string, Map<number, Read>>();
  #scratch = Buffer.allocUnsafe(65_536);
  /** The record that was encoded last. */
  #encoded: { readonly value: object; readonly id: number; readonly bytes: Buffer } | null = null;

  constructor(options: RegistryCodecOptions) {
    // The caller retries; waiting here would only hide that the registry is unavailable.
    const { registryUrl: host, registryAuth = null } = options;
    this.#registry = new SchemaRegistry({ host, retry: { retries: 0 }, ...credentials(registryAuth) });
    this.#unknownForMs = options.unknownForMs ?? UNKNOWN_FOR_MS;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /**
   * Makes topics writable: finds the schema ids in subject `<topic>-value`, and registers missing schemas. Skips topics
   * without a schema. Throws `RegistryUnavailableError`, or a plain error if the registry refuses a schema or finds it
   * incompatible with earlier ones (`compatibilityOf`).
   */
  async prepare(topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      const declared = topicNamed(topic);
      if (declared.schema === null || this.#writerIds.has(topic)) continue;
      this.#writerIds.set(topic, await this.#register(declared, readerSchema(declared.schema)));
    }
  }

  /** Fetches the schemas that the values name and that are not known yet. Throws `RegistryUnavailableError`. */
  async learn(values: Iterable<Buffer>): Promise<void> {
    const wanted = new Set<number>();
    for (const value of values) {
      const id = schemaId(value);
      if (id !== null && !this.#writers.has(id) && !this.#isUnknown(id)) wanted.add(id);
    }
    const ids = [...wanted];
    for (let start = 0; start < ids.length; start += LOOKUPS_AT_ONCE)
      await Promise.all(ids.slice(start, start + LOOKUPS_AT_ONCE).map((id) => this.#fetch(id)));
  }

  /** Decodes a record with the topic's own schema, whatever compatible schema it was written with. */
  decode(topic: string, bytes: Buffer): Decoded {
    const id = schemaId(bytes);
    if (id === null)
      return refused(
        'not_avro',
        'The value must start with a zero byte and a 4-byte schema id (Confluent wire format).',
      );
    let reads = this.#reads.get(topic);
    if (reads === undefined) this.#reads.set(topic, (reads = new Map<number, Read>()));
    let read = reads.get(id);
    if (read === undefined) {
      const writer = this.#writers.get(id);
      if (writer === undefined)
        return refused('unknown_schema', `The registry has no schema ${id}; register it in subject ${topic}-value.`);
      reads.set(id, (read = readWith(topic, this.#reader(topic), id, writer)));
    }
    return read(bytes);
  }

  /**
   * Encodes a record. Throws `UnencodableError`. The topic must be prepared. If the same record goes to two topics of
   * one schema, it is encoded once, so do not change it in between.
   */
  encode(topic: string, value: object): Buffer {
    const id = this.#writerIds.get(topic);
    if (id === undefined) throw new Error(`topic ${topic} was not prepared for writing`);
    if (value === this.#encoded?.value && id === this.#encoded.id) return this.#encoded.bytes;
    const type = this.#reader(topic);
    let end: number;
    try {
      end = type.encode(value, this.#scratch, HEADER_BYTES);
      if (end < 0) {
        this.#scratch = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(this.#scratch.length - end)));
        end = type.encode(value, this.#scratch, HEADER_BYTES);
      }
    } catch {
      throw new UnencodableError(`a record for ${topic} does not fit its schema at ${misfits(type, value)}`);
    }
    this.#scratch[0] = 0;
    this.#scratch.writeInt32BE(id, 1);
    const bytes = Buffer.from(this.#scratch.subarray(0, end));
    this.#encoded = { value, id, bytes };
    return bytes;
  }

  #reader(topic: string): Type {
    let reader = this.#readers.get(topic);
    if (reader === undefined) {
      const { schema } = topicNamed(topic);
      if (schema === null) throw new Error(`topic ${topic} has no schema`);
      this.#readers.set(topic, (reader = boundedType(readerSchema(schema))));
    }
    return reader;
  }

  #isUnknown(id: number): boolean {
    const until_ms = this.#unknown.get(id);
    if (until_ms === undefined) return false;
    if (until_ms > this.#nowMs()) return true;
    this.#unknown.delete(id);
    return false;
  }

  async #fetch(id: number): Promise<void> {
    try {
      const found: unknown = await this.#registry.getSchema(id);
      // Built again with our options: the client's own type would trust the counts in the bytes.
      this.#writers.set(
        id,
        avro.Type.isType(found)
          ? boundedType((found as Type).schema({ exportAttrs: true }))
          : `Schema ${id} is not an Avro schema.`,
      );
    } catch (error) {
      const status = statusOf(error);
      if (status !== null && status !== 404) throw unavailable(error);
      if (status === null) this.#writers.set(id, `Schema ${id} is not a valid Avro schema.`);
      else {
        if (this.#unknown.size >= UNKNOWN_LIMIT) this.#unknown.clear();
        this.#unknown.set(id, this.#nowMs() + this.#unknownForMs);
      }
    }
  }

  async #register(topic: TopicDeclaration, schema: RecordSchema): Promise<number> {
    const subject = `${topic.name}-value`;
    const compatibility = COMPATIBILITY[compatibilityOf(topic)];
    try {
      return await this.#registry.getRegistryIdBySchema(subject, schema);
    } catch {
      // Not registered yet, or unreachable: registering shows which.
    }
    try {
      return (await this.#registry.register(schema, { subject, compatibility })).id;
    } catch (error) {
      if (statusOf(error) === 409)
        throw new Error(`the schema of ${subject} is not compatible with the registered ones`, {
          cause: error,
        });
      throw statusOf(error) === null ? error : unavailable(error);
    }
  }
}

function credentials(auth: RegistryAuth | null): { auth?: { username: string; password: string }; agent?: Agent } {
  if (auth === null) return {};
  return 'cert' in auth ? { agent: new Agent({ ...auth, keepAlive: true }) } : { auth };
}

/** The schema id at the start of a value; null if there is none. */
function schemaId(bytes: Buffer): number | null {
  return bytes.length >= HEADER_BYTES && bytes[0] === 0 ? bytes.readInt32BE(1) : null;
}

function refused(reason: UndecodableReason, message: string): Decoded {
  return { ok: false, reason, message };
}

/** A function that decodes records of one writer's schema as records of the topic's schema. */
function readWith(topic: string, reader: Type, id: number, writer: Writer): Read {
  if (typeof writer === 'string') return () => refused('undecodable', writer);
  let resolver: ReturnType<Type['createResolver']> | undefined;
  try {
    resolver = reader.equals(writer) ? undefined : reader.createResolver(writer);
  } catch {
    return () => refused('undecodable', `Schema ${id} does not fit topic ${topic}, whose records are ${reader.name}.`);
  }
  const corrupt = refused('undecodable', `The bytes do not fit schema ${id}, which they name.`);
  return (bytes) => {
    try {
      const { value, offset } = reader.decode(bytes, HEADER_BYTES, resolver);
      return offset === bytes.length ? { ok: true, value: value as object } : corrupt;
    } catch {
      return corrupt; // avsc puts the offending value into its message, so the message must not be shown
    }
  };
}

/** Paths of the fields that do not fit. */
function misfits(type: Type, value: object): string {
  const paths: string[] = [];
  type.isValid(value, { errorHook: (path) => paths.push(path.join('.') || 'the top') });
  return paths.join(', ');
}

/**
 * HTTP status of an answer of the registry, or the status that the client made up for a failed connection; else null.
 */
function statusOf(error: unknown): number | null {
  const status = (error as { readonly status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : null;
}

function unavailable(cause: unknown): RegistryUnavailableError {
  const status = statusOf(cause);
  if (status !== 401 && status !== 403)
    return new RegistryUnavailableError('the schema registry does not answer as it should', { cause });
  const refused = `the schema registry refuses the user of HILO_REGISTRY_USERNAME or the certificate of HILO_REGISTRY_TLS_CERT (${status})`;
  return new RegistryUnavailableError(refused, { cause: new Error(refused, { cause }) });
}
