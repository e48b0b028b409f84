import type { ServiceTokens } from '@hilo/service';
import { type SegmentKeys, SegmentsUnavailableError } from '../ports.ts';

const TIMEOUT_MS = 5_000;
/** Most keys in one request. */
const AT_ONCE = 20;

/** Asks segmentation's HTTP API which segments exist. An instance of it is at each of the addresses. */
export function httpSegmentKeys(bases: readonly string[], tokens: ServiceTokens): SegmentKeys {
  return {
    async missing(keys) {
      const missing: string[] = [];
      for (let index = 0; index < keys.length; index += AT_ONCE) {
        const some = keys.slice(index, index + AT_ONCE);
        const there = await Promise.all(some.map((key) => isThere(bases, tokens, key)));
        missing.push(...some.filter((_key, place) => there[place] === false));
      }
      return missing;
    },
  };
}

async function isThere(bases: readonly string[], tokens: ServiceTokens, key: string): Promise<boolean> {
  let cause: unknown;
  for (const base of bases) {
    try {
      const answer = await fetch(`${base.replace(/\/$/, '')}/v1/segments/${encodeURIComponent(key)}`, {
        headers: { authorization: `Bearer ${await tokens.tokenFor('segmentation')}` },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      if (answer.ok) return true;
      // 400: no segment can have such a key.
      if (answer.status === 404 || answer.status === 400) return false;
      cause = new Error(`segmentation answers ${answer.status}`);
    } catch (error) {
      cause = error;
    }
  }
  throw new SegmentsUnavailableError('segmentation does not say which segments exist', { cause });
}
