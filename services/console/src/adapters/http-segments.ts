import { isFields, type ServiceTokens } from '@hilo/service';
import type { SegmentOverview } from '../domain/overview.ts';
import type { ReadSegments } from '../ports.ts';

const ANSWER_WITHIN_MS = 900;

/** Most segments on the page. */
const SEGMENTS_SHOWN = 100;

/** Lists segments through segmentation's API. The token stays on the server: the browser gets only names and sizes. */
export function httpSegments(base: string, tokens: ServiceTokens): ReadSegments {
  return async () => {
    try {
      const answer = await fetch(`${base}/v1/segments?limit=${SEGMENTS_SHOWN}`, {
        headers: { authorization: `Bearer ${await tokens.tokenFor('segmentation')}` },
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const body: unknown = await answer.json();
      return answer.ok && isFields(body) && Array.isArray(body.items) ? body.items.flatMap(segmentOf) : null;
    } catch {
      return null;
    }
  };
}

function segmentOf(item: unknown): SegmentOverview[] {
  if (!isFields(item) || typeof item.key !== 'string' || typeof item.members !== 'number') return [];
  return [{ segment: item.key, name: typeof item.name === 'string' ? item.name : item.key, members: item.members }];
}
