import type { MailText } from './domain/mail-text.ts';
import type { StoredLink } from './domain/one-time-link.ts';
import type { Person } from './domain/person.ts';
import type { By } from './ports.ts';

/** A person to whom a link belongs that works. */
export interface LinkHolder {
  readonly email: string;
  readonly name: string;
}

/** When a link is used, and from where. */
export interface UsedAt {
  readonly nowMs: number;
  /** The client's address, as text. */
  readonly address: string;
}

/** What a person who accepts an invitation chooses. */
export interface Acceptance {
  readonly password_hash: string;
  /** Null: the name stays. */
  readonly name: string | null;
}

/** What a person who resets a password chooses. */
export interface PasswordReset {
  readonly password_hash: string;
  /** Whether the person's API tokens end, too. */
  readonly revokesTokens: boolean;
}

/** Links that work once, by the hash of their token. */
export interface OneTimeLinks {
  /** Makes a new invitation; the earlier one ends. */
  invite(email: string, link: StoredLink, by: By): Promise<'made' | 'unknown' | 'not_invited'>;
  /** Makes a link for a password that an admin asked for; the earlier one ends. */
  reset(email: string, link: StoredLink, by: By): Promise<'made' | 'unknown' | 'not_accepted'>;
  /**
   * Makes a link for a password that somebody asked for by mail; null if nobody is to get one: no such person, disabled,
   * without a password, or with as many such links as one may have.
   */
  resetByMail(email: string, link: StoredLink, nowMs: number): Promise<LinkHolder | null>;
  /** Whose link it is, if it works. */
  holder(token_hash: Buffer, purposes: readonly StoredLink['purpose'][], nowMs: number): Promise<LinkHolder | null>;
  /** Uses an invitation: the person has a password now. Null: the link does not work. */
  accept(token_hash: Buffer, chosen: Acceptance, at: UsedAt): Promise<Person | null>;
  /** Uses a link for a password: it is set, and the person's sessions end. Null: the link does not work. */
  setPassword(token_hash: Buffer, chosen: PasswordReset, at: UsedAt): Promise<Person | null>;
}

/** Sends a mail to one person; rejects if the mail server does not take it. */
export type SendMail = (to: string, mail: MailText) => Promise<void>;
