/** A batch made from a seed, and its expected results. */
export interface SeededBatch {
  /** The body as it is sent. */
  readonly body: string;
  /** messageIds of the events that are valid by themselves. */
  readonly valid: readonly string[];
  readonly items: number;
  /** Bytes of the items after each got what it lacks of the batch's context and integrations. */
  readonly mergedBytes: number;
  /** True if the body as a whole is not JSON. */
  readonly isBroken: boolean;
}

type Random = () => number;

/** A generator of numbers from 0 to 1 (mulberry32): the same seed gives the same numbers. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The limits of the batches' source. */
export interface BatchLimits {
  readonly max_event_bytes: number;
  readonly max_batch_bytes: number;
}

/** A batch of nested, oversized, broken and valid events, in any mixture. Stays below the source's request limit. */
export function seededBatch(seed: number, limits: BatchLimits, prefix = 'm'): SeededBatch {
  const random = randomOf(seed);
  const context = contextOf(random);
  const shared = context === null ? '' : `"context":${context},`;
  const items: { readonly text: string; readonly value: unknown; readonly message_id: string | null }[] = [];
  // One of ten is as large as its source allows. One event alone would be answered as the request.
  const wanted = 2 + Math.floor(random() * (random() < 0.1 ? 800 : 10));
  let bytes = Buffer.byteLength(shared) + 100;
  for (let index = 0; index < wanted; index++) {
    const item = itemOf(random, `${prefix}-${seed}-${index}`, limits);
    bytes += Buffer.byteLength(item.text) + 1;
    if (bytes > limits.max_batch_bytes - 200) break;
    items.push(item);
  }
  const isBroken = random() < 0.05;
  const text = `{${shared}"sentAt":"2026-11-30T10:00:00Z","batch":[${items.map((item) => item.text).join(',')}]}`;
  return {
    body: isBroken ? text.slice(0, Math.floor(text.length * random())) : text,
    valid: isBroken ? [] : items.flatMap(({ message_id }) => (message_id === null ? [] : [message_id])),
    items: items.length,
    mergedBytes: items.reduce((sum, item) => sum + mergedBytes(item, context), 0),
    isBroken,
  };
}

/** A larger event is refused for its own size, whatever the source allows, and takes nothing of its batch along. */
const EVENT_BYTES = 512 * 1024;

function mergedBytes({ text, value }: { text: string; value: unknown }, context: string | null): number {
  if (Buffer.byteLength(text) > EVENT_BYTES) return Buffer.byteLength(text);
  if (context === null || typeof value !== 'object' || value === null || Array.isArray(value))
    return Buffer.byteLength(text);
  const own = (value as { context?: unknown }).context;
  if (own === undefined) return Buffer.byteLength(text) + Buffer.byteLength(context);
  if (typeof own !== 'object' || own === null) return Buffer.byteLength(text);
  const merged = Buffer.byteLength(JSON.stringify({ ...(JSON.parse(context) as object), ...own }));
  return Buffer.byteLength(text) - Buffer.byteLength(JSON.stringify(own)) + merged;
}

function contextOf(random: Random): string | null {
  const kind = random();
  if (kind < 0.3) return null;
  if (kind < 0.6) return '{"library":{"name":"seeded","version":"1"},"locale":"es"}';
  const length = Math.floor(random() ** 2 * 200_000);
  return `{"library":{"name":"seeded"},"page":{"text":"${'é'.repeat(Math.floor(length / 2))}"},"list":[${'1e9,'.repeat(50)}0]}`;
}

function itemOf(random: Random, message_id: string, { max_event_bytes }: BatchLimits) {
  const fields = { type: 'track', event: 'Seen', userId: `user-${Math.floor(random() * 50)}`, messageId: message_id };
  const written = (value: object, isValid: boolean) => ({
    ...{ text: JSON.stringify(value), value, message_id: isValid ? message_id : null },
  });
  const raw = (text: string, value: unknown, isValid: boolean) => ({
    text,
    value,
    message_id: isValid ? message_id : null,
  });
  const head = JSON.stringify(fields).slice(0, -1);
  switch (Math.floor(random() * 14)) {
    case 0: {
      const depth = 90 + Math.floor(random() ** 4 * 3000);
      return raw(`${head},"properties":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`, fields, depth <= 98);
    }
    case 1:
      return written(
        { ...fields, properties: { text: 'x'.repeat(max_event_bytes + Math.floor(random() * 40_000)) } },
        false,
      );
    case 2:
      return written(
        { ...fields, properties: { text: '\u0001'.repeat(Math.floor((random() * max_event_bytes) / 7)) } },
        true,
      );
    case 3:
      return raw(
        `${head},"properties":{"n":[${'1e20,'.repeat(Math.floor((random() * max_event_bytes) / 7))}1e400]}}`,
        fields,
        true,
      );
    case 4:
      return raw(`${head},"properties":{"n":[${'1e9,'.repeat(Math.floor(random() * 5000))}1]}}`, fields, true);
    case 5:
      return written({ ...fields, userId: 'u'.repeat(501 + Math.floor(random() * 20_000)) }, false);
    case 6:
      return written({ ...fields, event: undefined, name: 'n'.repeat(1001), groupId: {}, traits: 'none' }, false);
    case 7:
      return raw(['1', 'null', '"text"', '[]', 'true'][Math.floor(random() * 5)] as string, null, false);
    case 8:
      return written({ ...fields, context: { locale: 'en', page: { text: 'mine' } } }, true);
    case 9:
      return written({ ...fields, context: 'none' }, false);
    case 10:
      return written(
        { ...fields, type: 'merge', mergeProperties: Array(300).fill({ type: 'email', value: 'a@b.example' }) },
        false,
      );
    default:
      return written({ ...fields, properties: { total: random() * 100, list: [1, 2, { a: 'é😀' }] } }, true);
  }
}
