import { setTimeout as pause } from 'node:timers/promises';
import { FairTurns, type Logger, type Runnable, TooManyWaitingError } from '@hilo/service';
import type { MailOutcome, MailText } from './domain/mail-text.ts';
import type { SendMail } from './link-ports.ts';

/** A mail to one person. */
export interface Mail extends MailText {
  readonly to: string;
}

/** Finds out whether there is a mail to send; null: there is none. */
export type ComposeMail = () => Promise<Mail | null>;

/** Mails at once, by who causes them: each opens a connection and may wait for the mail server. */
const SENT = { atOnce: 4, atOnceEach: 2, keptFrom: 3, waiting: 100, waitingEach: 8 } as const;

const WAITS_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;

/** How long whoever wants to know waits for a mail. */
const KNOWN_WITHIN_MS = 5_000;

/**
 * Sends mails. Most go after their request was answered, so that the time of the answer does not reveal whether there was one to
 * send. Everything is bounded: a mail that finds no place is left out, and so is one that the mail server does not take.
 */
export class OutgoingMail implements Runnable {
  readonly #send: SendMail | null;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #knownWithinMs: number;
  readonly #turns = new FairTurns(SENT);
  readonly #underway = new Set<Promise<unknown>>();

  /** `send` is null if no mail server is set up; then nothing is sent. */
  constructor(send: SendMail | null, logger: Pick<Logger, 'warn'>, knownWithinMs = KNOWN_WITHIN_MS) {
    this.#send = send;
    this.#logger = logger;
    this.#knownWithinMs = knownWithinMs;
  }

  /** Whether a mail server is set up. */
  get isSetUp(): boolean {
    return this.#send !== null;
  }

  /** Composes and sends a mail later; `from` is who causes it, and gets a fair share. Never throws and never waits. */
  post(from: string, compose: ComposeMail): void {
    if (this.#send !== null) void this.#begin(from, compose, this.#send);
  }

  /** Sends a mail, and says what became of it, after a few seconds at most; otherwise as `post`. Never throws. */
  async deliver(from: string, mail: Mail): Promise<MailOutcome> {
    if (this.#send === null) return 'off';
    const work = this.#begin(from, () => Promise.resolve(mail), this.#send);
    return within(this.#knownWithinMs, work, 'pending');
  }

  /** Waits for mails that are being sent, but not for long. */
  async stop(): Promise<void> {
    await within(ENDS_WITHIN_MS, Promise.all(this.#underway), null);
  }

  #begin(from: string, compose: ComposeMail, send: SendMail): Promise<'sent' | 'failed'> {
    const work = this.#work(from, compose, send).finally(() => this.#underway.delete(work));
    this.#underway.add(work);
    return work;
  }

  async #work(from: string, compose: ComposeMail, send: SendMail): Promise<'sent' | 'failed'> {
    try {
      const leave = await this.#turns.enter(from, AbortSignal.timeout(WAITS_MS));
      try {
        const mail = await compose();
        if (mail !== null) await send(mail.to, mail);
        return 'sent';
      } finally {
        leave();
      }
    } catch (error) {
      // Neither the address nor the server's text, which may repeat it.
      this.#logger.warn({ reason: reasonOf(error) }, 'A mail could not be sent');
      return 'failed';
    }
  }
}

/** What a work results in; `late` if it takes longer. */
async function within<T, L>(ms: number, work: Promise<T>, late: L): Promise<T | L> {
  const over = new AbortController();
  const waited = pause(ms, late, { signal: over.signal }).catch(() => late);
  const first = await Promise.race([work, waited]);
  over.abort();
  return first;
}

function reasonOf(error: unknown): string {
  if (error instanceof TooManyWaitingError) return 'too many mails wait';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
