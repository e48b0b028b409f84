import { fault } from './faults.ts';
import type { Span } from './outline-batch.ts';
import { type Fields, isFields } from './parse-json.ts';
import type { Envelope } from './read-event.ts';
import { UnreadableRequestError } from './unreadable-request.ts';

/**
 * Most bytes of a batch's events once each has what it takes from its batch: the context is repeated in every event.
 */
export const MERGED_BYTES = 8 * 1024 * 1024;

/**
 * Computes the size of a batch's events including the batch's context and integrations, before any of it is made. A
 * small request must not become a large one.
 */
export class MergedSizes {
  readonly #context: SharedSize;
  readonly #integrations: SharedSize;

  constructor({ context, context_text, integrations, integrations_text }: Envelope) {
    this.#context = sharedSize(context, context_text);
    this.#integrations = sharedSize(integrations, integrations_text);
  }

  /** An upper bound: as if no event had its own fields in place of the batch's. */
  most(requestBytes: number, events: number): number {
    return requestBytes + events * (this.#context.bytes + this.#integrations.bytes);
  }

  /** Throws `UnreadableRequestError` if the events are too large together. */
  refuseAbove(items: readonly unknown[], bytesOf: (index: number) => number): void {
    let bytes = 0;
    items.forEach((item, index) => {
      bytes += bytesOf(index) + this.#added(item);
    });
    if (bytes > MERGED_BYTES) throw tooLarge();
  }

  /** The same for events that are parsed one at a time; each null is a step of the work. */
  *measure(items: readonly Span[], parse: (span: Span) => unknown): Generator<null, void> {
    let bytes = 0;
    for (const span of items) {
      const length = span.to - span.from;
      bytes += length + (length > MOST_PARSED ? 0 : this.#added(parse(span)));
      if (bytes > MERGED_BYTES) throw tooLarge();
      yield null;
    }
  }

  /** What an event takes from its batch. */
  #added(item: unknown): number {
    if (!isFields(item)) return 0;
    return addedTo(item['context'], this.#context) + addedTo(item['integrations'], this.#integrations);
  }
}

/** For a larger event it does not matter: it is refused for its own size. */
const MOST_PARSED = 512 * 1024;

interface SharedSize {
  readonly fields: Fields;
  /** Of the whole. */
  readonly bytes: number;
}

function sharedSize(fields: Fields | null, text: string | null): SharedSize {
  return { fields: fields ?? {}, bytes: text === null ? 0 : Buffer.byteLength(text) };
}

function addedTo(own: unknown, { fields, bytes }: SharedSize): number {
  if (!isFields(own)) return own == null || Array.isArray(own) ? bytes : 0;
  let added = bytes;
  for (const name of Object.keys(own))
    if (Object.hasOwn(fields, name)) added -= Buffer.byteLength(JSON.stringify({ [name]: fields[name] })) - 1;
  return added;
}

function tooLarge(): UnreadableRequestError {
  return new UnreadableRequestError(
    fault(
      'body_too_large',
      'batch',
      `With the batch's context and integrations added to each, the events can have at most ${MERGED_BYTES} bytes. Send fewer at once.`,
    ),
  );
}
