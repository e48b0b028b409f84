import { isUtf8 } from 'node:buffer';
import type { ReplayStanding } from './dead-letter-replay.ts';

/** A dead letter in its topic. */
export interface DeadLetterRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A dead letter, for display. */
interface DeadLetter {
  /** Its position in the dead-letter topic. */
  readonly partition: number;
  readonly offset: number;
  /** Where it came from; null if unknown. */
  readonly source_topic: string | null;
  readonly source_partition: string | null;
  readonly source_offset: string | null;
  readonly reason: string;
  readonly message: string;
  readonly failed_at: string | null;
  /** Version of the code that wrote it. */
  readonly build: string | null;
  readonly key: string | null;
  /** The beginning of its bytes; text if they are text, else base64. */
  readonly value: string | null;
  readonly value_encoding: 'utf8' | 'base64' | '';
  readonly value_bytes: number;
}

/** A dead letter, and the state of its replay. */
export interface ListedDeadLetter extends DeadLetter {
  readonly replay: ReplayStanding;
  /** When it was replayed. */
  readonly replayed_at: string | null;
}

/** How many dead letters a stage has. */
export interface DeadLetterCount {
  readonly stage: string;
  readonly topic: string;
  readonly count: number;
}

const SHOWN_BYTES = 4096;
const SHOWN_KEY_BYTES = 500;

/** Reads a record's headers and the beginning of its bytes. */
export function deadLetterOf({ partition, offset, key, value, headers }: DeadLetterRecord): DeadLetter {
  const said = (name: string): string | null => headers[`hilo-${name}`] ?? null;
  return {
    ...{ partition, offset, source_topic: said('source-topic'), source_partition: said('source-partition') },
    ...{ source_offset: said('source-offset'), reason: said('reason') ?? '', message: said('message') ?? '' },
    ...{ failed_at: said('failed-at'), build: said('build') },
    key: key === null ? null : key.subarray(0, SHOWN_KEY_BYTES).toString('utf8'),
    ...shownBytes(value),
  };
}

function shownBytes(value: Buffer | null): Pick<DeadLetter, 'value' | 'value_encoding' | 'value_bytes'> {
  if (value === null) return { value: null, value_encoding: '', value_bytes: 0 };
  const shown = value.subarray(0, SHOWN_BYTES);
  // Avro begins with a zero byte, which is valid UTF-8 but not text.
  const isText = isUtf8(value) && !shown.includes(0);
  const value_encoding = isText ? 'utf8' : 'base64';
  return { value: shown.toString(value_encoding), value_encoding, value_bytes: value.length };
}
