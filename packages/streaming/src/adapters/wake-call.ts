/** Lets waiters continue when it is called, or when their time is up. */
export class WakeCall {
  readonly #waiters = new Set<() => void>();

  /** Resolves at the next `call`, after `mostMs` at the latest. */
  async wait(mostMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, mostMs);
      this.#waiters.add(done);
    });
  }

  call(): void {
    for (const done of [...this.#waiters]) done();
  }
}
