import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '@hilo/infra';
import type { Sample } from './trend.ts';

/** Lag by stage, as the console sees it. */
export type LagByStage = Readonly<Record<string, number>>;

/** Records waiting before all stages together at a time, and before each. */
export interface LagSample extends Sample {
  readonly byStage: LagByStage;
}

const CALM_LOOKS = 3;
const LOOK_WITHIN_MS = 10_000;

/** A running Hilo as the bench sees it: through its public addresses. */
export class Pipeline {
  readonly credentials: Credentials;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  /** Creates or replaces a resource of an admin API. Rejects with the answer if it is refused. */
  async put(url: string, body: object): Promise<void> {
    const answer = await fetch(url, {
      method: 'PUT',
      headers: { authorization: `Bearer ${this.credentials.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`PUT ${url} answers ${answer.status}: ${text}`);
  }

  /** Waits until a segment's definition is on its way to every partition. */
  async published(segment: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.credentials.adminToken}` };
    for (let attempt = 0; attempt < 300; attempt++) {
      const answer = await fetch(`${this.credentials.segmentationUrl}/v1/segments/${segment}`, { headers });
      if (((await answer.json()) as { published?: boolean }).published) return;
      await pause(100);
    }
    throw new Error(`segment ${segment} was not published in time`);
  }

  /** Removes a resource of an admin API, if it exists. */
  async remove(url: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.credentials.adminToken}` };
    const answer = await fetch(url, { method: 'DELETE', headers });
    await answer.body?.cancel();
  }

  /** Records waiting before each stage. */
  async lag(): Promise<LagByStage> {
    const headers = { authorization: `Bearer ${this.credentials.adminToken}` };
    const answer = await fetch(`${this.credentials.consoleUrl}/api/overview`, {
      headers,
      signal: AbortSignal.timeout(LOOK_WITHIN_MS),
    });
    if (!answer.ok) throw new Error(`the console answers ${answer.status} when it is asked for the lag`);
    const { stages } = (await answer.json()) as {
      stages: readonly { readonly stage: string; readonly lag_records: number | null }[];
    };
    return Object.fromEntries(stages.map(({ stage, lag_records }) => [stage, lag_records ?? 0]));
  }

  /**
   * Reads the lag once a second until `over`. Skips a failed reading: a console that is short of CPU must not end an
   * hour of measuring, and `drained` notices one that is gone.
   */
  async watchLag(over: () => boolean, heard: (sample: LagSample) => void): Promise<void> {
    const startedMs = performance.now();
    for (let looks = 1; !over(); looks++) {
      const byStage = await this.lag().catch(() => null);
      if (byStage !== null) heard({ atS: (performance.now() - startedMs) / 1000, value: total(byStage), byStage });
      while (!over() && performance.now() - startedMs < looks * 1000) await pause(50);
    }
  }

  /** Waits until nothing waits any longer. Rejects if that takes longer than `withinMs`. */
  async drained(withinMs: number): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    for (let calm = 0; calm < CALM_LOOKS; ) {
      const byStage = await this.lag();
      calm = total(byStage) === 0 ? calm + 1 : 0;
      if (performance.now() > deadlineMs)
        throw new Error(`after ${withinMs / 1000} s records still wait: ${JSON.stringify(byStage)}`);
      await pause(500);
    }
  }
}

function total(byStage: LagByStage): number {
  return Object.values(byStage).reduce((sum, lag) => sum + lag, 0);
}
