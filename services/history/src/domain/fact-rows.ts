import { isUtf8 } from 'node:buffer';
import type { DeliveryEnded, EventRejected, MembershipChanged, ProfileChanged } from '@hilo/schemas';
import { VALUES_VERSION } from './event-row.ts';
import { atLeastZero } from './merge-rows.ts';
import type { DeliveryRow, MembershipRow, ProfileChangeRow, ProfileRow, RejectedRow } from './tables.ts';
import { textColumns } from './values.ts';

/** The row of a profile's state. */
export function profileRow(changed: ProfileChanged): ProfileRow {
  const { profile_id, status, survivor, traits, traits_since, event_time, decided_at } = changed;
  return {
    profile_id,
    version: atLeastZero(changed.version),
    status,
    survivor,
    traits,
    event_time,
    decided_at,
    trait_since: timesIn(traits_since),
    ...traitColumns(traits),
  };
}

/** The times as a column takes them; none if the text is not an object of numbers. */
function timesIn(text: string): ProfileRow['trait_since'] {
  try {
    return Object.entries(JSON.parse(text) as object).filter((entry): entry is [string, number] =>
      Number.isSafeInteger(entry[1]),
    );
  } catch {
    return [];
  }
}

/** Columns of a profile's row derived from its traits. */
export function traitColumns(text: string) {
  const { values, items, shown, left_out } = textColumns(text);
  return {
    trait_values: values,
    trait_items: items,
    traits_shown: shown,
    values_left_out: left_out,
    values_version: VALUES_VERSION,
  };
}

/** A row for each changed trait. */
export function profileChangeRows(changed: ProfileChanged): readonly ProfileChangeRow[] {
  const { profile_id, reason, decided_at } = changed;
  return changed.changes.map(({ trait, value, previous, source, message_id, event_time }) => ({
    profile_id,
    version: atLeastZero(changed.version),
    trait,
    value,
    previous,
    reason,
    source,
    message_id,
    event_time,
    decided_at,
  }));
}

/** The row of a membership change. */
export function membershipRow(changed: MembershipChanged): MembershipRow {
  const { segment, profile_id, status, reason, message_id, event_time, decided_at } = changed;
  return {
    segment,
    segment_version: atLeastZero(changed.segment_version),
    profile_id,
    version: atLeastZero(changed.version),
    status,
    reason,
    message_id,
    event_time,
    decided_at,
    unproven: changed.unproven,
    backfilled: changed.backfilled,
    historical: changed.historical,
  };
}

/** The row of a delivery's end. */
export function deliveryRow(ended: DeliveryEnded): DeliveryRow {
  return { ...ended, membership_version: atLeastZero(ended.membership_version) };
}

/** The row of a rejected event, with its bytes as text if they are text. */
export function rejectedRow(rejected: EventRejected): RejectedRow {
  const { rejection_id, state, source, message_id, reason, field, message, type, received_at, via } = rejected;
  return {
    rejection_id,
    state,
    source,
    message_id,
    reason,
    field,
    message,
    type,
    ...originalText(rejected.original),
    received_at,
    via,
  };
}

function originalText(original: Buffer | null): Pick<RejectedRow, 'original' | 'original_encoding'> {
  if (original === null) return { original: null, original_encoding: '' };
  return isUtf8(original)
    ? { original: original.toString('utf8'), original_encoding: 'utf8' }
    : { original: original.toString('base64'), original_encoding: 'base64' };
}
