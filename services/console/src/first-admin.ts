import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isStoreUnavailable, type Runnable } from '@hilo/service';
import { FIRST_ADMIN } from './domain/person.ts';
import type { Passwords, PeopleStore } from './ports.ts';

/** What adding the first admin needs. */
export interface FirstAdminDependencies {
  readonly people: PeopleStore;
  readonly passwords: Passwords;
  /** Empty: one is generated. */
  readonly password: string;
  /** Receives a generated password, once. Not the log: it would stay there. */
  readonly print: (line: string) => void;
  readonly nowMs: () => number;
}

const RETRY_MS = 500;
const PASSWORD_BYTES = 18;

/** Makes sure that somebody can sign in: if there are no users, adds the first admin. */
export class FirstAdmin implements Runnable {
  readonly #dependencies: FirstAdminDependencies;
  #stopped = false;
  #done = false;

  constructor(dependencies: FirstAdminDependencies) {
    this.#dependencies = dependencies;
  }

  /** Waits for the database if it is unavailable. */
  async start(): Promise<void> {
    while (!this.#stopped && !this.#done) {
      try {
        await this.#add();
        this.#done = true;
      } catch (error) {
        if (!isStoreUnavailable(error)) throw error;
        await pause(RETRY_MS);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
  }

  ready(): boolean {
    return this.#done;
  }

  async #add(): Promise<void> {
    const { people, passwords, password, print, nowMs } = this.#dependencies;
    if ((await people.list(null, 1)).length > 0) return;
    const chosen = password === '' ? randomBytes(PASSWORD_BYTES).toString('base64url') : password;
    const person = { ...FIRST_ADMIN, password_hash: await passwords.hash(chosen), must_change_password: true };
    const added = await people.addFirst(person, { who: 'the first start', address: null, nowMs: nowMs() });
    if (added && password === '') print(`Sign in as ${FIRST_ADMIN.email}, password ${chosen} (shown once)`);
  }
}
