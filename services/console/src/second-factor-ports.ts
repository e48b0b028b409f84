import type { By } from './ports.ts';

/** Seals secrets with a key that is not in the database. */
export interface Sealing {
  seal(secret: Buffer, person: string): Buffer;
  /** Null: it was sealed with another key, for somebody else, or is damaged. `isOutdated`: with an earlier key. */
  open(sealed: Buffer, person: string): { readonly secret: Buffer; readonly isOutdated: boolean } | null;
}

/** A person's second factor; secrets are sealed. */
export interface StoredFactor {
  /** Null: it is not on. */
  readonly secret: Buffer | null;
  /** The step whose code was used last. */
  readonly last_step: number;
  /** Waits to be confirmed; null: nothing does. */
  readonly pending: Buffer | null;
  readonly pending_at_ms: number;
}

/** Second factors and recovery codes. */
export interface SecondFactorStore {
  find(email: string): Promise<StoredFactor | null>;
  /** Stores a secret to be confirmed; one that is on stays on. */
  begin(email: string, pending: Buffer, nowMs: number): Promise<void>;
  /**
   * Turns the pending secret on and ends the other sessions, but for the one in which it was shown; false: another one is
   * pending now.
   */
  confirm(
    email: string,
    confirmed: { readonly pending: Buffer; readonly step: number; readonly codes: readonly Buffer[] },
    by: By,
    keepSession: Buffer,
  ): Promise<boolean>;
  /** Uses up the code of a step and those before; false: it was used before. */
  useStep(email: string, step: number): Promise<boolean>;
  /** Uses up a recovery code; false: there is none such. */
  useCode(email: string, code: Buffer, by: By): Promise<boolean>;
  /** Replaces the recovery codes; false: the factor is not on. */
  renewCodes(email: string, codes: readonly Buffer[], by: By): Promise<boolean>;
  /** Stores the same secret sealed anew, unless it was changed meanwhile. */
  reseal(email: string, before: Buffer, after: Buffer): Promise<void>;
  /** Turns the factor off and ends the sessions, but for one; false: it is not on. */
  remove(email: string, by: By, keepSession: Buffer | null): Promise<boolean>;
}
