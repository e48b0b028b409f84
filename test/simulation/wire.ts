import type { RecordCodec } from '@hilo/streaming/testing';
import { checkEqual } from './check.ts';
import type { World } from './world.ts';

/** Records that stages wrote to a topic, each once by origin and sequence, in the log's order. Fails at a gap. */
export function once<T>(world: World, topic: string, codec: RecordCodec): T[] {
  const last = new Map<string, number>();
  const values: T[] = [];
  for (const { partition, headers, value } of world.log.all(topic)) {
    const origin = `${partition}/${String(headers['hilo-origin'])}`;
    const sequence = Number(headers['hilo-seq']);
    const before = last.get(origin) ?? 0;
    if (sequence <= before) continue;
    checkEqual(sequence, before + 1, `${topic} from ${origin}`);
    last.set(origin, sequence);
    const decoded = codec.decode(topic, value ?? Buffer.alloc(0));
    if (!decoded.ok) throw new Error(decoded.message);
    values.push(decoded.value as T);
  }
  return values;
}

/**
 * No sequence was ever used for two different records: a reader would take the second one for a repeat, and lose it.
 */
export function checkSequences(world: World, topic: string): void {
  const said = new Map<string, Buffer | null>();
  for (const { partition, headers, value } of world.log.all(topic)) {
    const name = `${topic}/${partition} ${String(headers['hilo-origin'])}#${String(headers['hilo-seq'])}`;
    const before = said.get(name);
    if (before !== undefined) checkEqual(String(value), String(before), name);
    said.set(name, value);
  }
}
