import { appendFileSync } from 'node:fs';

/**
 * Loaded into a process before its own code (`node --import`). Reads the clock in each turn of the event loop, and
 * writes a line whenever the main thread used much CPU since the last reading: when, and how many milliseconds. A
 * reading waits until the current work ends, so no synchronous section took more than the largest figure. Other
 * programs' time does not count.
 */
const LOOK_EVERY_MS = 5;
const MUCH_MS = 40;

const file = process.env['HILO_TEST_TURNS'];
let beforeUs = usedUs();

function usedUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function look(path: string): void {
  const nowUs = usedUs();
  const usedMs = (nowUs - beforeUs) / 1000;
  beforeUs = nowUs;
  if (usedMs >= MUCH_MS) appendFileSync(path, `${Date.now()} ${usedMs}\n`);
}

if (file !== undefined) setInterval(() => look(file), LOOK_EVERY_MS).unref();
