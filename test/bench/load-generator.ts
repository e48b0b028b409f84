/**
 * Sends shop traffic at a fixed rate, in its own process, and prints the result as one line of JSON. Open loop: every
 * batch has a due time, whether or not earlier ones are answered. SIGTERM ends the sending early; what was sent until
 * then counts.
 */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { preciseNow, timedMessageId } from './message-times.ts';
import { type Distribution, distributionOf } from './percentiles.ts';
import { shopTraffic } from './shop-traffic.ts';

/** The generator's options. */
export interface LoadPlan {
  readonly url: string;
  readonly write_key: string;
  readonly run: string;
  /** Events per second. */
  readonly rate: number;
  readonly seconds: number;
  /** Events of one request. */
  readonly batch: number;
  /** As `TrafficOptions.manyNames`. */
  readonly manyNames?: boolean | undefined;
}

/** The result. */
export interface LoadResult {
  readonly sent: number;
  /** Answered with 200. */
  readonly accepted: number;
  readonly refused: number;
  /** Events per second over the time that sending really took. */
  readonly achievedRate: number;
  /** From due to answered, in milliseconds. */
  readonly answerMs: Distribution;
  /** CPU of the generator itself, in seconds. */
  readonly cpuS: number;
}

const REQUESTS_AT_ONCE = 256;
const ANSWER_WITHIN_MS = 30_000;

function readPlan(): LoadPlan {
  const { values } = parseArgs({ options: { plan: { type: 'string' } } });
  return JSON.parse(values.plan ?? '') as LoadPlan;
}

async function generate(plan: LoadPlan): Promise<LoadResult> {
  const traffic = shopTraffic({
    seed: 42,
    run: plan.run,
    visitsAtOnce: 400,
    customers: 20_000,
    manyNames: plan.manyNames,
  });
  const agent = new Agent({ keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
  const answersMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  const batches = Math.ceil((plan.rate * plan.seconds) / plan.batch);
  const everyMs = (plan.batch * 1000) / plan.rate;
  let accepted = 0;
  let begun = 0;
  let isEnding = false;
  process.once('SIGTERM', () => {
    isEnding = true;
  });
  const startedMs = preciseNow();
  for (let n = 0; n < batches && !isEnding; n++) {
    const due_ms = startedMs + n * everyMs;
    const earlyMs = due_ms - preciseNow();
    if (earlyMs > 0.5) await pause(earlyMs);
    const body = bodyOf(plan, traffic, n, due_ms);
    begun++;
    const sending = post(plan, agent, body).then((ok) => {
      answersMs.push(preciseNow() - due_ms);
      if (ok) accepted += plan.batch;
      underWay.delete(sending);
    });
    underWay.add(sending);
    if (underWay.size >= REQUESTS_AT_ONCE) await Promise.race(underWay);
  }
  const tookS = (preciseNow() - startedMs) / 1000;
  await Promise.all(underWay);
  agent.destroy();
  const { user, system } = process.cpuUsage();
  return {
    sent: begun * plan.batch,
    accepted,
    refused: begun * plan.batch - accepted,
    achievedRate: (begun * plan.batch) / Math.max(tookS, (begun * everyMs) / 1000),
    answerMs: distributionOf(answersMs),
    cpuS: (user + system) / 1e6,
  };
}

function bodyOf(plan: LoadPlan, traffic: Iterator<object>, batch: number, due_ms: number): string {
  const sentAt = new Date(due_ms).toISOString();
  const calls = Array.from({ length: plan.batch }, (_, n) => ({
    ...(traffic.next().value as object),
    messageId: timedMessageId(plan.run, batch * plan.batch + n, due_ms),
    timestamp: sentAt,
  }));
  return JSON.stringify({ sentAt, batch: calls });
}

function post(plan: LoadPlan, agent: Agent, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sending = request(
      `${plan.url}/v1/batch`,
      {
        agent,
        method: 'POST',
        timeout: ANSWER_WITHIN_MS,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Basic ${Buffer.from(`${plan.write_key}:`).toString('base64')}`,
        },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode === 200));
        answer.once('error', () => resolve(false));
      },
    );
    sending.once('timeout', () => sending.destroy());
    sending.once('error', () => resolve(false));
    sending.end(body);
  });
}

process.stdout.write(`${JSON.stringify(await generate(readPlan()))}\n`);
