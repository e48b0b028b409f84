import type { Locator } from 'playwright-core';

/** A change has to appear within this time. */
const SEEN_WITHIN_MS = 2_000;
/** What has not appeared by then does not appear. */
const GIVEN_UP_AFTER_MS = 20_000;

interface Seen {
  readonly what: string;
  readonly after_ms: number;
}

/** How long after a change an open page shows it. */
export class SeenTimes {
  readonly #seen: Seen[] = [];

  /**
   * Makes a change and waits until the page shows all of it without a reload. The time counts from before the change is
   * made. Rejects if something does not appear at all.
   */
  async of(what: string, change: () => Promise<unknown>, shown: Locator): Promise<void> {
    const beganMs = performance.now();
    await change();
    await shown.first().waitFor({ timeout: GIVEN_UP_AFTER_MS });
    this.#seen.push({ what, after_ms: Math.round(performance.now() - beganMs) });
  }

  /** What took longer than promised. */
  late(): readonly string[] {
    return this.#seen
      .filter(({ after_ms }) => after_ms > SEEN_WITHIN_MS)
      .map(({ what, after_ms }) => `${what}: ${after_ms} ms`);
  }

  /** One line for each change. */
  table(title: string): string {
    const lines = this.#seen.map(({ what, after_ms }) => `  ${String(after_ms).padStart(6)} ms  ${what}`);
    return `${title}\n${lines.join('\n')}\n`;
  }
}
