import type { EventReceived } from '@hilo/schemas';
import { keyOf } from '../domain/judge-event.ts';
import { type ListChange, type ListEntry, listRecord } from '../domain/static-list.ts';
import { type EventLog, LogFullError } from '../ports.ts';

/** What sending entries needs. */
export interface ListEntryDependencies {
  readonly log: EventLog;
  readonly encode: (event: EventReceived) => Buffer;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** Puts people on a static list, or takes them off. Resolves once the log has every entry durably. */
export type SendListEntries = (list: string, change: ListChange, entries: readonly ListEntry[]) => Promise<void>;

/** Entries made and appended at a time, so that a long CSV holds little memory. */
const AT_A_TIME = 1_000;
/** What a record of an entry has at most: names are bounded, and values have at most 500 characters. */
const RECORD_BYTES = 4_096;

/**
 * Sends entries as records of the type `list`. Of two entries for one person, the later one counts. Rejects with `LogFullError`
 * and as `EventLog.append`: some entries may then be there. Sending all of them again is harmless.
 */
export function sendListEntries({ log, encode, nowMs, newId }: ListEntryDependencies): SendListEntries {
  return async (list, change, entries) => {
    const receivedMs = nowMs();
    for (let from = 0; from < entries.length; from += AT_A_TIME) {
      const some = entries.slice(from, from + AT_A_TIME);
      const claim = log.claim(some.length, some.length * RECORD_BYTES);
      if (claim === null) throw new LogFullError('there is no room for the entries');
      const records = some.map((entry, index) => {
        const place = { list, message_id: newId(), receivedMs, position: from + index };
        const event = listRecord(entry, change, place);
        return { key: keyOf(event), value: encode(event) };
      });
      await log.append(records, claim);
    }
  };
}
