const FIRST_BYTES = 64 * 1024;

/** Writes bytes one after the other into reused memory. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at = 0;

  /** Bytes written. */
  get length(): number {
    return this.#at;
  }

  /** Truncates to the first `length` bytes. */
  cut(length: number): void {
    this.#at = length;
  }

  /** A view of the bytes between `from` and `to`; the next write may change it. */
  view(from: number, to: number = this.#at): Buffer {
    return this.#bytes.subarray(from, to);
  }

  /** Copies and removes the bytes before `to`; later bytes move to the front. */
  take(to: number = this.#at): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, to));
    this.#bytes.copyWithin(0, to, this.#at);
    this.#at -= to;
    return taken;
  }

  /** Skips `count` bytes: a place for a value that is known later. */
  skip(count: number): void {
    this.#need(count);
    this.#at += count;
  }

  uint8(value: number): void {
    this.#need(1);
    this.#bytes[this.#at++] = value;
  }

  uint32(value: number): void {
    this.#need(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  /** A whole number, zigzag coded in groups of seven bits, as in Kafka and Avro. */
  varint(value: number): void {
    this.#need(10);
    // Beyond 30 bits, zigzag overflows bitwise operators.
    if (value < -0x40000000 || value > 0x3fffffff) {
      let left = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
      for (; left > 0x7fn; left >>= 7n) this.#bytes[this.#at++] = Number(left & 0x7fn) | 0x80;
      this.#bytes[this.#at++] = Number(left);
      return;
    }
    let left = (value << 1) ^ (value >> 31);
    for (; left > 0x7f; left >>>= 7) this.#bytes[this.#at++] = (left & 0x7f) | 0x80;
    this.#bytes[this.#at++] = left;
  }

  bytes(value: Uint8Array): void {
    this.#need(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** UTF-8. */
  text(value: string): void {
    this.#need(value.length * 3);
    this.#at += this.#bytes.write(value, this.#at);
  }

  #need(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#at + count, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
