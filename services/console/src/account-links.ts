import { randomBytes } from 'node:crypto';
import { networkOf } from '@hilo/service';
import { AttemptLimit } from './domain/attempt-limit.ts';
import { invitationMail, type MailLanguage, type MailOutcome, resetMail } from './domain/mail-text.ts';
import { type LinkPurpose, linkOf, ONE_TIME_LINKS, type ShownLink, shownLink } from './domain/one-time-link.ts';
import { tokenHash } from './domain/opaque-token.ts';
import { passwordFault } from './domain/password-strength.ts';
import type { Person } from './domain/person.ts';
import type { OneTimeLinks } from './link-ports.ts';
import type { OutgoingMail } from './outgoing-mail.ts';
import type { Client } from './password-check.ts';
import type { By, NewPerson, Passwords, PeopleStore } from './ports.ts';
import type { SignedIn, SignIn } from './sign-in.ts';

/** What invitations and password resets need. */
export interface AccountLinksDependencies {
  readonly people: PeopleStore;
  readonly links: OneTimeLinks;
  readonly signIn: Pick<SignIn, 'begin'>;
  readonly passwords: Passwords;
  readonly mail: OutgoingMail;
  /** Address at which people reach the console: links begin with it, whatever host a request names. */
  readonly consoleUrl: string;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** Somebody who uses a link. */
export interface LinkUse {
  /** The token as it was sent. */
  readonly token: string;
  readonly password: string;
  readonly client: Client;
}

/** Why a link was not used. */
export type LinkRefusal =
  | { readonly kind: 'invalid_link' }
  | { readonly kind: 'weak_password'; readonly fault: string }
  | { readonly kind: 'too_many_attempts'; readonly retryAfterS: number };

/** An invitation that was just made, and whether it was mailed, too. */
export interface MadeInvitation {
  readonly link: ShownLink;
  readonly mail: MailOutcome;
}

/** A person with an invitation. */
export interface Invited {
  readonly person: Person;
  readonly invitation: MadeInvitation;
}

const INVALID: LinkRefusal = { kind: 'invalid_link' };
const WITHIN_MS = 300_000;
const KEYS_AT_MOST = 10_000;

/** Links that are tried from one network. Nobody can guess a token; this bounds the work. */
const USES = { attempts: 50, withinMs: WITHIN_MS, keysAtMost: KEYS_AT_MOST };

/** Links by mail that are asked for from one network, for whichever address. */
const REQUESTS = { attempts: 10, withinMs: WITHIN_MS, keysAtMost: KEYS_AT_MOST };

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

/** Lets people in by links that work once: invitations, and links that set a new password. */
export class AccountLinks {
  readonly #dependencies: AccountLinksDependencies;
  readonly #uses = new AttemptLimit(USES);
  readonly #requests = new AttemptLimit(REQUESTS);

  constructor(dependencies: AccountLinksDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether the console can mail a link to somebody who forgot the password. */
  get resetsByMail(): boolean {
    return this.#dependencies.mail.isSetUp;
  }

  /** Adds somebody who has yet to accept; mails the invitation, too, if a mail server is set up. */
  async invite(
    person: Omit<NewPerson, 'password_hash' | 'must_change_password'>,
    by: By,
    language: MailLanguage,
  ): Promise<Invited | 'email_taken' | 'limit_reached'> {
    const made = this.#make('invitation');
    const added = await this.#dependencies.people.add(
      { ...person, password_hash: null, must_change_password: false },
      by,
      made.link,
    );
    if (typeof added === 'string') return added;
    return { person: added, invitation: await this.#mailed(person.email, made.shown, by, language) };
  }

  /** Makes a new invitation; the earlier one ends. */
  async inviteAgain(
    email: string,
    by: By,
    language: MailLanguage,
  ): Promise<MadeInvitation | 'unknown' | 'not_invited'> {
    const made = this.#make('invitation');
    const result = await this.#dependencies.links.invite(email, made.link, by);
    if (result !== 'made') return result;
    return this.#mailed(email, made.shown, by, language);
  }

  /** Accepts an invitation: the person has a password and is signed in. */
  async accept(use: LinkUse, name: string | null): Promise<SignedIn | LinkRefusal> {
    const { links, signIn, nowMs } = this.#dependencies;
    const hashes = await this.#hashesOf(use, ['invitation'], name);
    if ('kind' in hashes) return hashes;
    const { token_hash, password_hash } = hashes;
    const person = await links.accept(
      token_hash,
      { password_hash, name },
      { nowMs: nowMs(), address: use.client.address },
    );
    if (person === null) return INVALID;
    return signIn.begin(person, use.client, false);
  }

  /** Makes a link with which somebody sets a new password, for an admin to pass on. */
  async issueReset(email: string, by: By): Promise<ShownLink | 'unknown' | 'not_accepted'> {
    const made = this.#make('reset_by_admin');
    const result = await this.#dependencies.links.reset(email, made.link, by);
    return result === 'made' ? made.shown : result;
  }

  /**
   * Mails a link to whoever has this address, if somebody has. Returns at once, and the same for every address: 0, or the seconds
   * until this network may ask again. `email` is null if the text that was sent is no address.
   */
  askReset(email: string | null, address: string, language: MailLanguage): number {
    const { links, mail, nowMs, monotonicMs } = this.#dependencies;
    const network = networkOf(address);
    const waitMs = this.#requests.take(network, monotonicMs());
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    if (email === null) return 0;
    mail.post(network, async () => {
      const { link, shown } = this.#make('reset_by_mail');
      const holder = await links.resetByMail(email, link, nowMs());
      return holder === null ? null : { to: holder.email, ...resetMail(shown.url, language) };
    });
    return 0;
  }

  /** Sets a new password by a link; the person's sessions end. */
  async acceptReset(use: LinkUse, revokesTokens: boolean): Promise<{ readonly kind: 'done' } | LinkRefusal> {
    const { links, nowMs } = this.#dependencies;
    const hashes = await this.#hashesOf(use, ['reset_by_admin', 'reset_by_mail']);
    if ('kind' in hashes) return hashes;
    const { token_hash, password_hash } = hashes;
    const person = await links.setPassword(
      token_hash,
      { password_hash, revokesTokens },
      { nowMs: nowMs(), address: use.client.address },
    );
    return person === null ? INVALID : { kind: 'done' };
  }

  /** The hashes of a token and of the new password. Looks at the link first: a password is hashed only for one that works. */
  async #hashesOf({ token, password, client }: LinkUse, purposes: readonly LinkPurpose[], name: string | null = null) {
    const { links, passwords, nowMs, monotonicMs } = this.#dependencies;
    const waitMs = this.#uses.take(networkOf(client.address), monotonicMs());
    if (waitMs > 0) return { kind: 'too_many_attempts', retryAfterS: Math.ceil(waitMs / 1000) } as const;
    if (!TOKEN.test(token)) return INVALID;
    const token_hash = tokenHash(token);
    const holder = await links.holder(token_hash, purposes, nowMs());
    if (holder === null) return INVALID;
    const fault = passwordFault(password, { ...holder, ...(name === null ? {} : { name }) });
    if (fault !== null) return { kind: 'weak_password', fault } as const;
    return { token_hash, password_hash: await passwords.hash(password) };
  }

  #make(purpose: LinkPurpose) {
    const { consoleUrl, nowMs } = this.#dependencies;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const link = linkOf(purpose, tokenHash(token), nowMs());
    return { link, shown: shownLink(link, token, consoleUrl) };
  }

  async #mailed(email: string, link: ShownLink, { who }: By, language: MailLanguage): Promise<MadeInvitation> {
    const text = invitationMail(link.url, ONE_TIME_LINKS.invitation.days, language);
    return { link, mail: await this.#dependencies.mail.deliver(who, { to: email, ...text }) };
  }
}
