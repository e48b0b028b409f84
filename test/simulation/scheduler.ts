import type { Clock } from '@hilo/streaming/testing';
import type { Random } from './random.ts';

/** The owner of a task: an instance, which can be killed or frozen. */
export interface Actor {
  readonly name: string;
  dead: boolean;
  frozenUntilMs: number;
}

interface Task {
  readonly actor: Actor | null;
  readonly at_ms: number;
  /** Once this time has passed, it happens before anything else. */
  readonly latest_ms: number;
  readonly go: () => void;
}

/**
 * Decides what happens next: every instance waits at each of its ports until it is chosen, so that instances interleave
 * in any order the seed says. Time stands while something happens and moves between.
 */
export class Scheduler implements Clock {
  readonly #random: Random;
  #nowMs: number;
  #tasks: Task[] = [];
  #turns = 0;
  /** How many calls that their callers gave up are still to happen. */
  lateCalls = 0;

  constructor(random: Random, startMs: number) {
    this.#random = random;
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number): Promise<void> {
    return this.wait(null, ms);
  }

  /** Advances the time. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** A clock for an instance: its sleep ends with it. */
  clockOf(actor: Actor): Clock {
    const nowMs = () => this.#nowMs;
    return { nowMs, monotonicMs: nowMs, sleep: (ms) => this.wait(actor, ms) };
  }

  /** Waits to be chosen, `ms` from now at the earliest. Never ends for the dead. */
  wait(actor: Actor | null, ms = 0): Promise<void> {
    return new Promise((resolve) =>
      this.#tasks.push({ actor, at_ms: this.#nowMs + ms, latest_ms: Infinity, go: resolve }),
    );
  }

  /** Makes a call that its caller gave up, up to so much later. `isPunctual`: and no later than that. */
  lateCall(withinMs: number, work: () => void, isPunctual = false): void {
    this.lateCalls += 1;
    const latest_ms = isPunctual ? this.#nowMs + withinMs : Infinity;
    const go = () => {
      this.lateCalls -= 1;
      work();
    };
    this.#tasks.push({ actor: null, at_ms: this.#nowMs + this.#random.below(withinMs), latest_ms, go });
  }

  /** Does something when it is chosen, up to `withinMs` from now or later. */
  later(withinMs: number, work: () => void): void {
    this.#tasks.push({ actor: null, at_ms: this.#nowMs + this.#random.below(withinMs), latest_ms: Infinity, go: work });
  }

  /**
   * Runs one task that may run, and waits until everything that it leads to has happened. Advances the time if none
   * may.
   */
  turn(): Promise<void> {
    this.#tasks = this.#tasks.filter(({ actor }) => actor?.dead !== true);
    const ready = this.#tasks.filter((task) => readyAt(task) <= this.#nowMs);
    if (ready.length > 0) {
      const overdue = ready.filter(({ latest_ms }) => latest_ms <= this.#nowMs);
      const task = this.#random.pick(overdue.length > 0 ? overdue : ready);
      this.#tasks.splice(this.#tasks.indexOf(task), 1);
      task.go();
    } else if (this.#tasks.length > 0) {
      this.#nowMs = Math.min(...this.#tasks.map(readyAt));
    }
    this.#turns += 1;
    return this.#turns % EVENT_LOOP_EVERY === 0 ? eventLoop() : allSettled();
  }
}

/** Turns after which the event loop runs once, so that the process can also do other things. */
const EVENT_LOOP_EVERY = 256;

/** Resolves when no promise is left to settle: Node runs ticks after all microtasks. A turn of the event loop would cost more. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function eventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function readyAt({ actor, at_ms }: Task): number {
  return Math.max(at_ms, actor?.frozenUntilMs ?? 0);
}
