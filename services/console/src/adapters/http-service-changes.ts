import { parseJson } from '@hilo/exact-json';
import { isFields, type ServiceTokens } from '@hilo/service';
import type { ServiceName } from '../domain/rights.ts';
import type { ServiceChange } from '../domain/service-change.ts';
import type { CallService, ReadChanges } from '../ports.ts';
import { readWhole } from '../read-answer.ts';

/** A fixed word instead of a person, so that one instance is asked as long as it answers. */
const CONSOLE = 'console';
const ANSWER_WITHIN_MS = 5_000;
const ANSWER_BYTES = 32 * 1024 * 1024;

/** Reads the changes that services recorded; null if a service does not answer. */
export function httpServiceChanges(call: CallService, tokens: ServiceTokens): ReadChanges {
  return async (service: ServiceName, after: number) => {
    try {
      const answer = await call({
        ...{ service, person: CONSOLE, method: 'GET', path: `/v1/changes?after=${after}`, body: null },
        headers: { authorization: `Bearer ${await tokens.tokenFor(service)}`, accept: 'application/json' },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const bytes = await readWhole(answer, ANSWER_BYTES);
      if (!answer.ok) return null;
      const body: unknown = parseJson(bytes.toString('utf8'));
      if (!isFields(body) || !Array.isArray(body.items) || typeof body.last !== 'number') return null;
      return { items: body.items.flatMap(changeOf), last: body.last };
    } catch {
      return null;
    }
  };
}

function changeOf(item: unknown): ServiceChange[] {
  if (!isFields(item)) return [];
  const { id, when, who, method, target, before = null, after = null, position } = item;
  const { address = null, reason = null, count = 1 } = item;
  const texts = [id, when, who, method, target];
  if (!texts.every((text) => typeof text === 'string') || typeof position !== 'number') return [];
  const when_ms = Date.parse(when as string);
  if (Number.isNaN(when_ms)) return [];
  const named = { id, who, method, target } as Pick<ServiceChange, 'id' | 'who' | 'method' | 'target'>;
  const place = { address: textOf(address), reason: textOf(reason), count: typeof count === 'number' ? count : 1 };
  return [{ ...named, ...place, when_ms, before, after, position }];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
