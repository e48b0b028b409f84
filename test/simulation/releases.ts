import { type Decoded, LocalCodec, topicNamed } from '@hilo/schemas';
import type { StateCodec } from '@hilo/streaming';
import type { RecordCodec } from '@hilo/streaming/testing';
import { boundedType } from '../../schemas/src/bounded-types.ts';
import { readerSchema } from '../../schemas/src/reader-schemas.ts';

/** A release: 1 is this one, 2 the next one, whose records and states have a field more. */
export type Release = 1 | 2;

/** What is read of each release by each release: how often, as `segmentation: 2 by 1`. */
export type Reads = Map<string, number>;

/** What a form of state does with the number of its format. */
interface Layout {
  /** The number of the format that this release writes. */
  readonly current: number;
  formatOf(bytes: Buffer): number;
  /** The same state as the next release writes it. */
  ahead(bytes: Buffer): Buffer;
}

/** A state as JSON, with the number of its format in this field. */
export function jsonLayout(field: string, current = 1): Layout {
  const parse = (bytes: Buffer) => JSON.parse(bytes.toString()) as Readonly<Record<string, number>>;
  return {
    current,
    formatOf: (bytes) => parse(bytes)[field] ?? 0,
    ahead: (bytes) => {
      const state = parse(bytes);
      return Buffer.from(JSON.stringify({ ...state, [field]: (state[field] ?? 0) + 1, added: { of: 'the next' } }));
    },
  };
}

/** A state of which the first byte is the number of its format, the next four the length of a text, and JSON follows the text. */
export const BINARY_LAYOUT: Layout = {
  current: 2,
  formatOf: (bytes) => bytes.readUInt8(0),
  ahead: (bytes) => {
    const restAt = 5 + bytes.readUInt32BE(1);
    const rest = JSON.parse(bytes.toString('utf8', restAt)) as object;
    const added = Buffer.from(JSON.stringify({ ...rest, added: { of: 'the next' } }));
    return Buffer.concat([Buffer.of(bytes.readUInt8(0) + 1), bytes.subarray(1, restAt), added]);
  },
};

/** The codec of a state as a release has it. Both read with this release's own, which has to leave out what the next one adds. */
export function codecOf<S>(
  { release, reads }: { readonly release: Release; readonly reads: Reads },
  what: string,
  layout: Layout,
  codec: StateCodec<S>,
): StateCodec<S> {
  return {
    encode: (state) => (release === 1 ? codec.encode(state) : layout.ahead(codec.encode(state))),
    decode: (bytes) => {
      const read = `${what}: ${layout.formatOf(bytes) - layout.current + 1} by ${release}`;
      reads.set(read, (reads.get(read) ?? 0) + 1);
      return codec.decode(bytes);
    },
  };
}

/** The first byte of a record that the next release wrote; this one's start with 0. */
const NEXT = 1;

/**
 * The records of a release, each read through its writer's schema, as a registry has it. The next release adds a field to every
 * record of every topic. What was read once is not read again: the stages of a world read the same buffers.
 */
export class ReleaseCodec implements RecordCodec {
  readonly #release: Release;
  readonly #local = new LocalCodec();
  readonly #read = new WeakMap<Buffer, Decoded>();

  constructor(release: Release) {
    this.#release = release;
  }

  async prepare(): Promise<void> {}

  async learn(): Promise<void> {}

  encode(topic: string, value: object): Buffer {
    if (this.#release === 1) return this.#local.encode(topic, value);
    return Buffer.concat([Buffer.of(NEXT), typesOf(topic).next.toBuffer({ ...value, added: 'by the next' })]);
  }

  decode(topic: string, bytes: Buffer): Decoded {
    let read = this.#read.get(bytes);
    if (read === undefined) this.#read.set(bytes, (read = this.#decode(topic, bytes)));
    return read;
  }

  #decode(topic: string, bytes: Buffer): Decoded {
    const written = bytes[0] === NEXT ? 2 : 1;
    if (written === 1 && this.#release === 1) return this.#local.decode(topic, bytes);
    const { of, reads } = typesOf(topic);
    const type = this.#release === 1 ? of : typesOf(topic).next;
    const resolver = written === this.#release ? undefined : reads[this.#release];
    return { ok: true, value: type.fromBuffer(bytes.subarray(1), resolver) as object };
  }
}

type Type = ReturnType<typeof boundedType>;

interface Types {
  readonly of: Type;
  readonly next: Type;
  /** How each release reads what the other wrote. */
  readonly reads: Readonly<Record<Release, ReturnType<Type['createResolver']>>>;
}

const TYPES = new Map<string, Types>();

function typesOf(topic: string): Types {
  let types = TYPES.get(topic);
  if (types === undefined) {
    const { schema } = topicNamed(topic);
    if (schema === null) throw new Error(`topic ${topic} has no schema`);
    const record = readerSchema(schema);
    const fields = [...record.fields, { name: 'added', type: 'string', default: '' }];
    const of = boundedType(record);
    const next = boundedType({ ...record, fields });
    TYPES.set(topic, (types = { of, next, reads: { 1: of.createResolver(next), 2: next.createResolver(of) } }));
  }
  return types;
}
