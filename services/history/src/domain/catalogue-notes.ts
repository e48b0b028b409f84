/** A documented table: what its rows are, and its columns, with a note on those whose names do not say it all. */
export interface TableNote {
  readonly table: string;
  /** Parameters: `members_of(segment = 'regulars')`. Without: an ordinary table. */
  readonly parameters?: readonly string[];
  readonly comment: string;
  readonly columns: Readonly<Record<string, string>>;
}

const PROFILE = 'The surviving profile.';
const RECORDED = 'The profile that the record itself names.';
const KEY = 'Number of the profile, to compare and count by.';
const CAUSE = 'The event that caused it.';

/** The tables for people (docs/analytics.md), most used first. */
export const TABLE_NOTES: readonly TableNote[] = [
  {
    table: 'events',
    comment: 'One row for each accepted event.',
    columns: {
      message_id: "The producer's own id.",
      type: 'track, identify, page, screen, group or alias.',
      event: 'Name of a track event; NULL for other types.',
      profile_id: PROFILE,
      user_id: 'NULL for a visitor.',
      timestamp: 'When it happened (UTC).',
      received_at: 'When it came in (UTC).',
      timestamp_unreadable: 'Its time could not be read, so it has its time of receipt.',
      source: 'Key of the source.',
      properties: 'JSON, parsed when you read it: filter first. For one property, see property_values.',
      property_values: "By path: property_values['revenue'].number, property_values['currency'].text.",
      property_items: "In lists, by path: property_items['products.name'].text is an array.",
      trait_values: "Traits by path: trait_values['country'].text.",
      trait_items: 'Traits in lists, by path.',
      timestamp_ms: 'timestamp in milliseconds since 1970.',
      historical: 'An import or a replay of the past brought it.',
      request_position: 'Position in the request that brought it.',
      context: 'JSON, parsed when you read it: filter first.',
      traits: 'JSON, parsed when you read it: filter first.',
      properties_text: 'The JSON text as it came.',
      set_aside: 'Identifiers that would have broken a limit.',
      recorded_profile_id: RECORDED,
      profile_key: KEY,
    },
  },
  {
    table: 'profiles',
    comment: 'One row for each surviving profile.',
    columns: {
      profile_id: PROFILE,
      traits: 'JSON, parsed when you read it. For one trait, see trait_values.',
      trait_values: "By path: trait_values['country'].text.",
      trait_items: 'In lists, by path.',
      first_seen: 'Time of its first event.',
      last_seen: 'Time of its last event.',
    },
  },
  {
    table: 'segment_members',
    comment: 'One row for each current member of a segment.',
    columns: { segment: 'Key of the segment.', profile_id: PROFILE, since: 'When it entered.', profile_key: KEY },
  },
  {
    table: 'members_of',
    parameters: ['segment'],
    comment: 'One row for each current member of one segment: twice as fast as segment_members.',
    columns: { profile_id: PROFILE, since: 'When it entered.', profile_key: KEY },
  },
  {
    table: 'recorded_members_of',
    parameters: ['segment'],
    comment: "One row for each profile that the records of one segment's members name.",
    columns: { profile_key: KEY, recorded_profile_key: 'Number of the profile that the record itself names.' },
  },
  {
    table: 'membership_changes',
    comment: 'One row for each entry into a segment, or exit.',
    columns: {
      segment: 'Key of the segment.',
      status: 'entered or exited.',
      reason: 'event, trait, segment, time, merge, definition or erasure.',
      decided_at: 'When it was decided (UTC).',
      backfilled: 'A definition caused it: the segment was created, edited or deleted.',
      historical: 'An import or a replay of the past caused it.',
      unproven: 'Decided while a stalled origin was left out: a later event might have prevented it.',
      profile_id: PROFILE,
      message_id: CAUSE,
      recorded_profile_id: RECORDED,
    },
  },
  {
    table: 'deliveries',
    comment: 'One row for each ended delivery.',
    columns: {
      status: 'delivered, filtered or failed.',
      reason: 'Why it was filtered, or failed.',
      segment: 'Key of the segment.',
      membership_status: 'entered or exited.',
      profile_id: PROFILE,
      message_id: CAUSE,
    },
  },
  {
    table: 'identifiers',
    comment: 'One row for each identifier, with the event that linked it.',
    columns: { type: 'user_id, anonymous_id, email …', profile_id: PROFILE, linked_at: 'Time of that event.' },
  },
  {
    table: 'profile_changes',
    comment: 'One row for each change of a trait.',
    columns: { value: 'JSON text.', previous: 'JSON text.', profile_id: PROFILE, message_id: CAUSE },
  },
  {
    table: 'merges',
    comment: 'One row for each merge of profiles.',
    columns: { absorbed: 'The absorbed profile.', survivor: 'The current survivor.' },
  },
  {
    table: 'rejected_events',
    comment: 'One row for each event that was rejected or a duplicate.',
    columns: {
      state: 'rejected or duplicate.',
      reason: 'A code of docs/reasons.md.',
      field: 'The field at fault.',
      original: 'Its bytes, as text or base64.',
    },
  },
  {
    table: 'redirects',
    comment: 'One row for each absorbed profile.',
    columns: { profile_id: 'The absorbed profile.', survivor: 'The survivor.' },
  },
];
