import { randomBytes } from 'node:crypto';
import { tokenHash } from './domain/opaque-token.ts';
import type { DeviceStore } from './ports.ts';

/** A browser that nobody signs in with for a year is a stranger's again. */
export const DEVICE_MS = 365 * 24 * 3_600_000;

/** People who share a browser; each has a token of their own in it. */
export const TOKENS_PER_BROWSER = 5;

const TOKEN_BYTES = 32;

/** Knows the browsers in which people have signed in, by a token that each keeps. */
export class KnownDevices {
  readonly #store: DeviceStore;
  readonly #nowMs: () => number;

  constructor(store: DeviceStore, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** Hash of the browser's token for this very account; null: its owner has not signed in with it. */
  find(email: string, tokens: readonly string[]): Promise<Buffer | null> {
    return this.#store.find(email, tokens.map(tokenHash), this.#nowMs() - DEVICE_MS);
  }

  /**
   * Remembers a browser in which somebody has just signed in. Returns the tokens that the browser keeps from now on; nobody but
   * this person has known the first.
   */
  async remember(email: string, tokens: readonly string[]): Promise<readonly string[]> {
    const known = await this.find(email, tokens);
    const own = tokens.find((token) => known?.equals(tokenHash(token)) === true) ?? newToken();
    await this.#store.remember(email, tokenHash(own), this.#nowMs());
    return [own, ...tokens.filter((token) => token !== own)].slice(0, TOKENS_PER_BROWSER);
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}
