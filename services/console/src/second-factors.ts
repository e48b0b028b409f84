import { randomBytes } from 'node:crypto';
import { tokenHash } from './domain/opaque-token.ts';
import { RECOVERY_CODE_BYTES, RECOVERY_CODES, readCode, recoveryCode } from './domain/recovery-code.ts';
import { base32, otpauthUrl, stepOf, TOTP_SECRET_BYTES } from './domain/totp.ts';
import type { By } from './ports.ts';
import type { Sealing, SecondFactorStore } from './second-factor-ports.ts';

/** How long a secret waits to be confirmed. */
const PENDING_MS = 600_000;

/** For the authenticator app. */
export interface BegunFactor {
  /** In Base32. */
  readonly secret: string;
  readonly otpauth_url: string;
  readonly expires_at_ms: number;
}

/** Sets up authenticator apps, and checks their codes. */
export class SecondFactors {
  readonly #store: SecondFactorStore;
  readonly #sealing: Sealing;
  readonly #nowMs: () => number;

  constructor(dependencies: {
    readonly store: SecondFactorStore;
    readonly sealing: Sealing;
    readonly nowMs: () => number;
  }) {
    this.#store = dependencies.store;
    this.#sealing = dependencies.sealing;
    this.#nowMs = dependencies.nowMs;
  }

  /** Whether a code of the app, or a recovery code, is right; uses it up. `address` is the client's. */
  async isRight(email: string, typed: string, address: string): Promise<boolean> {
    const read = readCode(typed);
    if (read === null) return false;
    const nowMs = this.#nowMs();
    if (read.kind === 'recovery')
      return this.#store.useCode(email, tokenHash(read.code), { who: email, address, nowMs });
    const factor = await this.#store.find(email);
    const sealed = factor?.secret ?? null;
    const opened = sealed === null ? null : this.#sealing.open(sealed, email);
    if (factor === null || sealed === null || opened === null) return false;
    const step = stepOf(opened.secret, read.code, nowMs, factor.last_step);
    if (step === null || !(await this.#store.useStep(email, step))) return false;
    if (opened.isOutdated) await this.#store.reseal(email, sealed, this.#sealing.seal(opened.secret, email));
    return true;
  }

  /** Makes a secret that is to be confirmed. */
  async begin(email: string): Promise<BegunFactor> {
    const secret = randomBytes(TOTP_SECRET_BYTES);
    const nowMs = this.#nowMs();
    await this.#store.begin(email, this.#sealing.seal(secret, email), nowMs);
    return {
      secret: base32(secret),
      otpauth_url: otpauthUrl(secret, email),
      expires_at_ms: nowMs + PENDING_MS,
    };
  }

  /** Turns the pending secret on, with a code of it; returns the recovery codes. */
  async confirm(
    email: string,
    typed: string,
    by: By,
    keepSession: Buffer,
  ): Promise<readonly string[] | 'not_begun' | 'invalid_code'> {
    const factor = await this.#store.find(email);
    const pending = factor?.pending ?? null;
    const opened = pending === null ? null : this.#sealing.open(pending, email);
    const nowMs = this.#nowMs();
    if (factor === null || pending === null || opened === null || nowMs - factor.pending_at_ms >= PENDING_MS)
      return 'not_begun';
    const read = readCode(typed);
    const step = read === null ? null : stepOf(opened.secret, read.code, nowMs, 0);
    if (step === null) return 'invalid_code';
    const codes = newCodes();
    const confirmed = { pending, step, codes: codes.map(hashOfCode) };
    return (await this.#store.confirm(email, confirmed, by, keepSession)) ? codes : 'not_begun';
  }

  /** Makes new recovery codes; null: the factor is not on. */
  async renewCodes(email: string, by: By): Promise<readonly string[] | null> {
    const codes = newCodes();
    return (await this.#store.renewCodes(email, codes.map(hashOfCode), by)) ? codes : null;
  }

  /** Turns the factor off; ends the person's sessions, but for one. False: it is not on. */
  remove(email: string, by: By, keepSession: Buffer | null): Promise<boolean> {
    return this.#store.remove(email, by, keepSession);
  }
}

function newCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () => recoveryCode(randomBytes(RECOVERY_CODE_BYTES)));
}

function hashOfCode(shown: string): Buffer {
  return tokenHash(shown.replaceAll('-', ''));
}
