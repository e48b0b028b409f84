import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arbitraryOf } from './arbitrary-records.ts';
import { boundedType } from './bounded-types.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { readerSchema } from './reader-schemas.ts';
import { RegistryUnavailableError, RegistryCodec, UnencodableError } from './registry-codec.ts';
import { TOPICS } from './topics.ts';

const WRITABLE = TOPICS.filter((topic) => topic.schema !== null);
const MERGE = {
  kind: 'forward',
  from_key: 'a',
  to_key: 'b',
  merge_id: 'm',
  state: null,
  topic: null,
  value: null,
  timestamp: 1,
  awaiting: [],
};

/** A record in the wire format, written with a schema of the test's own. */
function wire(id: number, schema: object, value: object): Buffer {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, boundedType(schema as never).toBuffer(value)]);
}

describe('RegistryCodec', () => {
  let registry: MemoryRegistry;
  let codec: RegistryCodec;
  let nowMs = 0;

  beforeEach(async () => {
    registry = new MemoryRegistry();
    codec = new RegistryCodec({ registryUrl: await registry.start(), unknownForMs: 1000, nowMs: () => nowMs });
  });
  afterEach(() => registry.stop());

  it('reads back what it wrote, for any record of any topic', async () => {
    await codec.prepare(TOPICS.map((topic) => topic.name));
    for (const topic of WRITABLE)
      await fc.assert(
        fc.asyncProperty(arbitraryOf(readerSchema(topic.schema ?? '')), async (record) => {
          const bytes = codec.encode(topic.name, record as object);
          await codec.learn([bytes]);
          expect(codec.decode(topic.name, bytes)).toEqual({ ok: true, value: record });
        }),
        { numRuns: 30 },
      );
  });

  it('takes any bytes at all without an exception', async () => {
    await codec.prepare(['events.received']);
    const good = codec.encode('events.received', { source: 's', type: 'track', event: 'x' });
    await codec.learn([good]);
    const bytes = fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([good.subarray(0, 5), tail]));
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.uint8Array().map((any) => Buffer.from(any)),
        ),
        (any) => {
          expect(codec.decode('events.received', any)).toHaveProperty('ok');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('registers a schema once, and finds the registered one the next time', async () => {
    await codec.prepare(['events.received', 'ingestion.dead-letter']);
    const again = new RegistryCodec({ registryUrl: registry.url });
    await again.prepare(['events.received']);
    expect(registry.ids('events.received-value')).toHaveLength(1);
    expect(registry.ids('ingestion.dead-letter-value')).toHaveLength(0);
  });

  it('grows beyond its buffer and keeps earlier results whole', async () => {
    await codec.prepare(['events.received']);
    const small = codec.encode('events.received', { source: 'small', type: 'track' });
    const large = codec.encode('events.received', { source: 'x'.repeat(300_000), type: 'track' });
    await codec.learn([small, large]);
    expect(codec.decode('events.received', small)).toMatchObject({ value: { source: 'small' } });
    expect(codec.decode('events.received', large)).toMatchObject({ value: { source: 'x'.repeat(300_000) } });
  });

  it('names the fields of a value that does not fit, and never the value', async () => {
    await codec.prepare(['events.received']);
    const encode = () => codec.encode('events.received', { source: 'secret', type: 42 });
    expect(encode).toThrow(UnencodableError);
    expect(encode).toThrow('a record for events.received does not fit its schema at type');
  });

  it('reads an older and a newer schema of the same record as the one of this release', async () => {
    const older = {
      type: 'record',
      name: 'EventReceived',
      namespace: 'hilo',
      fields: [field('source'), field('type')],
    };
    const newer = {
      ...readerSchema('events.received'),
      fields: [...readerSchema('events.received').fields, { name: 'tags', type: { type: 'array', items: 'string' } }],
    };
    const first = wire(registry.register('s', JSON.stringify(older)), older, { source: 'a', type: 'track' });
    const second = wire(registry.register('s', JSON.stringify(newer)), newer, {
      source: 'b',
      type: 'page',
      tags: ['x'],
    });
    await codec.learn([first, second]);
    expect(codec.decode('events.received', first)).toMatchObject({
      ok: true,
      value: { source: 'a', via: 'kafka', faults: [] },
    });
    expect(codec.decode('events.received', second)).toMatchObject({ ok: true, value: { source: 'b', type: 'page' } });
  });

  it('says why bytes are no record of their topic', async () => {
    await codec.prepare(['events.received', 'profile.handover']);
    const alien = { type: 'record', name: 'Other', namespace: 'shop', fields: [field('source')] };
    const json = registry.register('s', '"not a schema');
    const foreign = wire(registry.register('s', JSON.stringify(alien)), alien, { source: 'x' });
    const other = codec.encode('profile.handover', MERGE);
    const good = codec.encode('events.received', { source: 'a', type: 'track' });
    const unknown = Buffer.from([0, 0, 0, 9, 9, 1]);
    const broken = Buffer.concat([Buffer.from([0, 0, 0, 0, json]), Buffer.from('x')]);
    await codec.learn([foreign, other, good, unknown, broken]);
    const reason = (bytes: Buffer) => {
      const decoded = codec.decode('events.received', bytes);
      return decoded.ok ? 'ok' : decoded.reason;
    };
    expect(reason(good)).toBe('ok');
    expect(reason(Buffer.from('{"json":true}'))).toBe('not_avro');
    expect(reason(Buffer.alloc(0))).toBe('not_avro');
    expect(reason(unknown)).toBe('unknown_schema');
    expect(reason(broken)).toBe('undecodable');
    expect(reason(foreign)).toBe('undecodable');
    expect(reason(other)).toBe('undecodable');
    expect(reason(good.subarray(0, good.length - 1))).toBe('undecodable');
    expect(reason(Buffer.concat([good, Buffer.from([0])]))).toBe('undecodable');
  });

  it('refuses at once an array that claims more items than there are bytes', async () => {
    await codec.prepare(['profile.handover']);
    const good = codec.encode('profile.handover', MERGE);
    // The list is the last field but one.
    const claim = Buffer.concat([good.subarray(0, good.length - 2), Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f])]);
    await codec.learn([claim]);
    expect(codec.decode('profile.handover', claim)).toMatchObject({ ok: false, reason: 'undecodable' });
  });

  it('asks for an unknown id again only after a while', async () => {
    const bytes = Buffer.from([0, 0, 0, 0, 1, 1]);
    await codec.learn([bytes, bytes]);
    await codec.learn([bytes]);
    expect(registry.requests).toBe(1);
    registry.register('s', JSON.stringify(readerSchema('events.received')));
    nowMs += 1001;
    await codec.learn([bytes]);
    expect(codec.decode('events.received', bytes)).toMatchObject({ reason: 'undecodable' });
  });

  it('throws a retriable error while the registry is unavailable, and continues when it is back', async () => {
    await codec.prepare(['events.received']);
    const bytes = codec.encode('events.received', { source: 'a', type: 'track' });
    const reader = new RegistryCodec({ registryUrl: registry.url });
    registry.healthy = false;
    await expect(reader.learn([bytes])).rejects.toThrow(RegistryUnavailableError);
    await expect(reader.learn([bytes])).rejects.toMatchObject({ retriable: true });
    await expect(codec.prepare(['events.accepted'])).rejects.toMatchObject({ retriable: true });
    registry.healthy = true;
    await reader.learn([bytes]);
    expect(reader.decode('events.received', bytes).ok).toBe(true);
    const nowhere = new RegistryCodec({ registryUrl: 'http://127.0.0.1:1' });
    await expect(nowhere.learn([bytes])).rejects.toMatchObject({ retriable: true });
  });

  it('says who it is where the registry asks, and that it is refused where it is not believed', async () => {
    registry.user = 'hilo:let-me-in';
    const registryUrl = registry.url;
    const known = new RegistryCodec({ registryUrl, registryAuth: { username: 'hilo', password: 'let-me-in' } });
    await known.prepare(['events.received']);
    const bytes = known.encode('events.received', { source: 'a', type: 'track' });
    for (const registryAuth of [null, { username: 'hilo', password: 'wrong' }]) {
      const unknown = new RegistryCodec({ registryUrl, registryAuth });
      await expect(unknown.learn([bytes])).rejects.toThrow('refuses the user of HILO_REGISTRY_USERNAME');
    }
    await known.learn([bytes]);
    expect(known.decode('events.received', bytes).ok).toBe(true);
  });
});

function field(name: string): object {
  return { name, type: 'string' };
}
