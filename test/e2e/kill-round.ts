import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { KillTraffic } from './kill-traffic.ts';
import { checkAccounts, settled } from './kill-verdict.ts';
import { WebhookCatcher } from './webhook-catcher.ts';

/** Segments of the round: by events, by a trait, and one that everybody leaves by time. */
export const KILL_SEGMENTS = {
  'kill-regulars': { did: 'Order Completed', count: { gte: 2 }, within: '1h' },
  'kill-spanish': { trait: 'country', is: { eq: 'Spain' } },
  'kill-fleeting': { did: 'Order Completed', within: '10s' },
} as const;

/** Longer than a lease and a consumer's session: others have taken over when it wakes. */
const PAUSED_MS = 20_000;

const VISITS_PER_S = 40;
const RECOVERED_WITHIN_MS = 120_000;

/** What a round needs. */
export interface KillRound {
  readonly opened: OpenedStack;
  readonly hilo: HiloClient;
  readonly webhook: WebhookCatcher;
}

/** A stack with two instances of every service on its own stores, its segments, and a webhook that listens. */
export async function openKillRound(): Promise<KillRound & { close(): Promise<void> }> {
  const opened = await openStack({ instances: 2, embedded: true });
  const webhook = new WebhookCatcher();
  const close = async (): Promise<void> => {
    webhook.close();
    await opened.close();
  };
  try {
    const hilo = new HiloClient(opened.credentials);
    for (const [key, condition] of Object.entries(KILL_SEGMENTS)) await hilo.segment(key, condition);
    await hilo.destination('kill', await webhook.listen(), webhook.secret, Object.keys(KILL_SEGMENTS));
    return { opened, hilo, webhook, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * While events flow, kills every service, store and the broker in turn, and suspends one instance; afterwards
 * everything must add up. Rejects with what does not.
 */
export async function killEverythingOnce({ opened, hilo, webhook }: KillRound, round: number): Promise<void> {
  const { stack } = opened;
  if (stack === null) throw new Error('the kill test needs a stack of its own');
  const run = `kill${round}-${Date.now().toString(36)}`;
  const traffic = new KillTraffic(hilo, { run, seed: round + 1, visitsPerS: VISITS_PER_S });
  try {
    for (const victim of victims([...stack.processes.keys()], round)) {
      const restarts = stack.processes.get(victim)?.restarts ?? 0;
      stack.kill(victim, 'SIGKILL');
      await flowsAgain(`${victim} was killed`, traffic, hilo);
      await stack.ready();
      expect(stack.processes.get(victim)?.restarts, `restarts of ${victim}`).toBe(restarts + 1);
    }
    const sleeper = sleeperOf(round);
    stack.kill(sleeper, 'SIGSTOP');
    await pause(PAUSED_MS);
    stack.kill(sleeper, 'SIGCONT');
    await flowsAgain(`${sleeper} woke up`, traffic, hilo);
  } finally {
    await traffic.stop();
  }
  await settled({ hilo, webhook, traffic, run });
  await checkAccounts({ hilo, webhook, traffic, run });
}

/** All stores, and of each service one of its two instances, in turns. */
function victims(names: readonly string[], round: number): readonly string[] {
  return names.filter((name) => !/-\d+$/.test(name) || name.endsWith(`-${round % 2}`));
}

function sleeperOf(round: number): string {
  const services = ['segmentation', 'identity', 'profile', 'activation', 'history', 'ingestion'];
  return `${services[round % services.length]}-${(round + 1) % 2}`;
}

/** Events sent now arrive at the far end. */
async function flowsAgain(after: string, traffic: KillTraffic, hilo: HiloClient): Promise<void> {
  const id = await traffic.sentinel();
  await eventually(
    `events flow after ${after}`,
    () => hilo.rows<{ n: number }>('SELECT count() AS n FROM hilo.events WHERE message_id = {id:String}', { id }),
    ([row]) => row?.n === 1,
    RECOVERED_WITHIN_MS,
  );
}
