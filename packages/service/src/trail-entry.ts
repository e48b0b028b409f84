import type { LoggedChange } from './change-log.ts';
import type { TrailEntry } from './otlp-logs.ts';

/** A change or refusal that a service has recorded, and committed. */
export type RecordedHere = Omit<LoggedChange, 'position'>;

/** A service's change as an entry of the trail, in the words of the console's audit log. */
export function entryOfChange(service: string, change: RecordedHere): TrailEntry {
  const { id, begun_ms, who, address, method, target, reason, count, before, after } = change;
  return {
    ...{ when_ms: begun_ms, who, what: verbOf(change), target: `${service}/${target}` },
    ...{ method, address, reason, count, before, after, change_id: `${service}/${id}` },
  };
}

function verbOf({ method, reason, before, after }: RecordedHere): string {
  if (reason !== null) return 'refused';
  if (method === 'POST') return 'ran';
  if (before === null) return 'created';
  return after === null ? 'deleted' : 'changed';
}
