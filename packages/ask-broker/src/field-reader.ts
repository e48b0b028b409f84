/** Reads the fields of an answer, one after another. Throws a `RangeError` if the answer ends before. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int16(): number {
    return this.take(2).readInt16BE();
  }

  /** The next bytes, as many as `size`. */
  take(size: number): Buffer {
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new RangeError('the answer ends too early');
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  /** A text; one that is absent reads as empty. */
  text(): string {
    return this.take(this.#size()).toString('utf8');
  }

  /** Passes over an array of numbers, each of `bytes`. */
  skipArray(bytes: number): void {
    this.take(bytes * this.#size());
  }

  /** Passes over the tags that may stand behind other fields. */
  tags(): void {
    for (let left = this.#uvarint(); left > 0; left -= 1) {
      this.#uvarint();
      this.take(this.#uvarint());
    }
  }

  /** Reads each item of an array; an absent array has none. */
  each(read: () => void): void {
    for (let left = this.#size(); left > 0; left -= 1) read();
  }

  /** A count or a length is one more than what follows; zero: nothing is there. */
  #size(): number {
    return Math.max(0, this.#uvarint() - 1);
  }

  #uvarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.take(1).readUInt8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
