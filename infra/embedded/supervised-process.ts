import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftover, notePid } from './leftovers.ts';
import { logTail, openLog, rotateLog } from './log-file.ts';
import { launch, type SystemUser } from './privileges.ts';

const READY_POLL_MS = 50;
const BACKOFF_MIN_MS = 200;
const BACKOFF_MAX_MS = 5_000;
/** A process that ran this long before it died restarts without the backoff of its earlier deaths. */
const STEADY_MS = 30_000;
/** Deaths before the first readiness after which `start` gives up. */
const FIRST_TRIES_MAX = 4;
const LOG_CHECK_MS = 10_000;

/** A program to keep running. */
export interface ProcessSpec {
  /** Unique in its stack; names the log and the pid file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Passes on no variable of this process: a process can show its environment to others. */
  readonly isEnvEmpty?: boolean;
  /** Its standard input, at most 64 KiB: for secrets, which neither arguments nor variables keep safe. */
  readonly input?: string;
  readonly cwd?: string;
  /** The user to run as; null or absent: this process's. */
  readonly user?: SystemUser | null;
  /** Asks it to end cleanly. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** After this long it is killed. */
  readonly stopGraceMs: number;
  /** Checks once whether it serves. */
  ready(): Promise<boolean>;
  readonly readyTimeoutMs: number;
  /** Runs after a clean end. */
  ended?(): void;
}

/** Where the pid files go, and who is notified of events. */
export interface ProcessSurroundings {
  readonly logs: string;
  readonly notes: string;
  /** A line for people: a death, a restart. */
  report(line: string): void;
}

/** A program of the stack as its own operating-system process, restarted when it dies. */
export class SupervisedProcess {
  readonly name: string;
  /** How often it was restarted after a death. */
  restarts = 0;
  readonly #spec: ProcessSpec;
  readonly #surroundings: ProcessSurroundings;
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #stopping = false;
  #everReady = false;
  #deaths = 0;
  #logCheck: NodeJS.Timeout | null = null;

  constructor(spec: ProcessSpec, surroundings: ProcessSurroundings) {
    this.name = spec.name;
    this.#spec = spec;
    this.#surroundings = surroundings;
  }

  /** Process id of the running program; null while it is down. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The file of its output. */
  get log(): string {
    return `${this.#surroundings.logs}/${this.name}.log`;
  }

  /**
   * Ends a leftover of an earlier run, starts the program and waits until it serves. Rejects with the log's last lines.
   */
  async start(): Promise<void> {
    await endLeftover(this.#note, this.#spec.stopSignal, this.#spec.stopGraceMs);
    this.#stopping = false;
    this.#everReady = false;
    this.#deaths = 0;
    this.#logCheck = setInterval(() => rotateLog(this.log), LOG_CHECK_MS);
    this.#logCheck.unref();
    this.#spawn();
    await this.ready();
    this.#everReady = true;
  }

  /**
   * Waits until it serves, or serves again. Rejects after the spec's time, or if it died too often before it first
   * served.
   */
  async ready(): Promise<void> {
    const deadlineMs = performance.now() + this.#spec.readyTimeoutMs;
    for (;;) {
      if (this.#stopping) throw new Error(`${this.name} was stopped`);
      if (this.#child !== null && (await this.#spec.ready().catch(() => false)) && this.#child !== null) return;
      if (!this.#everReady && this.#deaths >= FIRST_TRIES_MAX) throw this.#failure('ends again and again');
      if (performance.now() > deadlineMs) throw this.#failure('does not become ready');
      await sleep(READY_POLL_MS);
    }
  }

  /** Sends a signal to the running program; the supervisor handles what follows (a restart) as usual. */
  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends the program cleanly, or by force after its grace period, and does not restart it. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#logCheck !== null) clearInterval(this.#logCheck);
    const child = this.#child;
    if (child === null) return;
    child.kill('SIGCONT');
    child.kill(this.#spec.stopSignal);
    const timer = setTimeout(() => {
      this.#surroundings.report(`${this.name} did not end in time and was killed`);
      child.kill('SIGKILL');
    }, this.#spec.stopGraceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  get #note(): string {
    return `${this.#surroundings.notes}/${this.name}.pid`;
  }

  #spawn(): void {
    const { command, args, env, isEnvEmpty = false, input, cwd, user, stopSignal } = this.#spec;
    const how = launch(command, args, user ?? null, stopSignal === 'SIGINT' ? 'INT' : 'TERM');
    const log = openLog(this.log);
    const startedMs = performance.now();
    // Its own session: Ctrl-C at the terminal reaches only the launcher, which ends the rest in order.
    const child = spawn(how.command, how.args, {
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', log, log],
      env: { ...(isEnvEmpty ? {} : process.env), ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(how.user === null ? {} : how.user),
    });
    closeSync(log);
    // If it dies before it has read this, its exit says so.
    child.stdin?.on('error', () => {}).end(input);
    this.#child = child;
    if (child.pid !== undefined) notePid(this.#note, child.pid);
    this.#exited = new Promise((resolve) => {
      let over = false;
      const end = (howItEnded: string, clean: boolean) => {
        if (over) return;
        over = true;
        this.#child = null;
        rmSync(this.#note, { force: true });
        if (clean) this.#spec.ended?.();
        if (!this.#stopping) this.#startAgain(howItEnded, startedMs);
        resolve();
      };
      child.once('error', (error) => end(error.message, false));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`, signal === null));
    });
  }

  #startAgain(howItEnded: string, startedMs: number): void {
    this.#deaths = performance.now() - startedMs > STEADY_MS ? 1 : this.#deaths + 1;
    if (!this.#everReady && this.#deaths >= FIRST_TRIES_MAX) return;
    const waitMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (this.#deaths - 1));
    this.#surroundings.report(`${this.name} ended (${howItEnded}); starting it again`);
    setTimeout(() => {
      if (this.#stopping) return;
      this.restarts += 1;
      this.#spawn();
    }, waitMs);
  }

  #failure(what: string): Error {
    return new Error(`${this.name} ${what}; the end of ${this.log}:\n${logTail(this.log, 15)}`);
  }
}
