/** Limits of one batch. */
export interface BatchLimits {
  readonly events: number;
  /** Of the whole body. */
  readonly bytes: number;
}

/** Some events in one body of `POST /v1/batch`. */
export interface Batch {
  readonly body: string;
  readonly events: number;
}

const FRAME = '{"batch":[]}';

/** Packs calls, in order, into as few bodies as the limits allow. A call too large for any body goes alone. */
export function* packBatches(calls: Iterable<object>, limits: BatchLimits): Generator<Batch> {
  let texts: string[] = [];
  let bytes = FRAME.length;
  for (const call of calls) {
    const text = JSON.stringify(call);
    const size = Buffer.byteLength(text) + 1;
    if (texts.length > 0 && (texts.length === limits.events || bytes + size > limits.bytes)) {
      yield { body: `{"batch":[${texts.join()}]}`, events: texts.length };
      texts = [];
      bytes = FRAME.length;
    }
    texts.push(text);
    bytes += size;
  }
  if (texts.length > 0) yield { body: `{"batch":[${texts.join()}]}`, events: texts.length };
}
