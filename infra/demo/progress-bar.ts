const WIDTH = 32;
const REDRAW_EVERY_MS = 100;
const LINE_EVERY_PERCENT = 10;

/** Where progress is shown. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** On a terminal, a bar that grows in place; otherwise a line every ten per cent. */
export class ProgressBar {
  readonly #screen: ProgressScreen;
  readonly #label: string;
  readonly #total: number;
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  readonly #from: number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #lines: number;
  #finished = false;

  /** `from`: what was done before this run; it counts as done but not towards the rate. */
  constructor(screen: ProgressScreen, label: string, total: number, from: number, nowMs: () => number) {
    this.#screen = screen;
    this.#label = label;
    this.#total = total;
    this.#from = from;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
    this.#lines = Math.floor(this.#percent(from) / LINE_EVERY_PERCENT);
  }

  /** Shows that `done` of the total are done. */
  show(done: number): void {
    const nowMs = this.#nowMs();
    const finished = done >= this.#total;
    if (this.#finished) return;
    this.#finished = finished;
    if (this.#screen.isTTY) {
      if (!finished && nowMs - this.#drawnMs < REDRAW_EVERY_MS) return;
      this.#drawnMs = nowMs;
      const filled = Math.round((this.#percent(done) / 100) * WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      this.#screen.write(`\r\u001B[K${this.#label} ${bar} ${this.#figures(done)}${finished ? '\n' : ''}`);
      return;
    }
    const line = Math.floor(this.#percent(done) / LINE_EVERY_PERCENT);
    if (line === this.#lines) return;
    this.#lines = line;
    this.#screen.write(`${this.#label} ${this.#figures(done)}\n`);
  }

  #percent(done: number): number {
    return this.#total === 0 ? 100 : Math.min(100, (done * 100) / this.#total);
  }

  #figures(done: number): string {
    const seconds = Math.max(0.001, (this.#nowMs() - this.#startedMs) / 1000);
    const rate = Math.round((done - this.#from) / seconds);
    return (
      `${Math.floor(this.#percent(done))} % · ${done.toLocaleString('en')} of ${this.#total.toLocaleString('en')}` +
      ` · ${rate.toLocaleString('en')}/s`
    );
  }
}
