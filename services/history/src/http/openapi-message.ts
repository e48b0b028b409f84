const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const optional = { type: ['string', 'null'] };
const instant = { type: ['string', 'null'], format: 'date-time' };
const json = { type: ['object', 'null'] };

const object = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const list = (properties: Readonly<Record<string, object>>) => ({ type: 'array', items: object(properties) });
const identifiers = list({ type: text, value: text });

/** Schemas of one event's way, and of the events as they arrive. */
export const messageSchemas = {
  MessageWay: object({
    message_id: text,
    source: { ...optional, description: 'Source of the event; null where nothing has the messageId.' },
    sources: { type: 'array', items: text, description: 'Every source that has an event with this messageId.' },
    state: { enum: ['not_seen', 'accepted', 'rejected', 'duplicate'] },
    profile_id: { ...optional, description: 'The surviving profile.' },
    stages: list({
      stage: { enum: ['ingestion', 'identity', 'profile', 'segmentation', 'activation'] },
      state: {
        enum: [
          ...['not_seen', 'accepted', 'rejected', 'duplicate', 'identified', 'changed', 'ended'],
          ...['none_so_far', 'not_reached'],
        ],
        description:
          'none_so_far: the stage has answered with nothing, maybe because there is nothing to answer; not_reached: ' +
          'the event was not accepted, and never comes there.',
      },
      count,
      at: instant,
    }),
    event: {
      oneOf: [
        { type: 'null' },
        object({
          ...{ source: text, type: text, event: optional, name: optional, user_id: optional, anonymous_id: optional },
          ...{ via: text, timestamp: instant, received_at: instant, recorded_profile_id: text },
          linked: { ...identifiers, description: 'Identifiers that this event linked to the profile.' },
          set_aside: { ...identifiers, description: 'Identifiers not used, since a limit would break.' },
          ...{ properties: json, traits: json, context: json },
        }),
      ],
    },
    accepted: { ...count, description: 'How often it was accepted: once within 7 days.' },
    rejections: list({
      ...{ rejection_id: text, state: text, source: text, reason: text, field: text, message: text, type: optional },
      ...{ via: text, received_at: instant },
      original: { ...optional, description: 'What came in, cut after 16,384 characters.' },
      original_encoding: { enum: ['utf8', 'base64', ''] },
    }),
    merges: list({ source: text, absorbed: text, survivor: text, rule: text, decided_at: instant }),
    trait_changes: list({
      ...{ source: text, profile_id: text, trait: text },
      value: { description: 'The new value; null: removed.' },
      previous: { description: 'The value before; null: there was none.' },
      decided_at: instant,
    }),
    membership_changes: list({
      ...{ profile_id: text, segment: text, status: { enum: ['entered', 'exited'] }, reason: text, version: count },
      unproven: { type: 'boolean', description: 'Decided while an origin that stood still was left out.' },
      decided_at: instant,
    }),
    deliveries: list({
      ...{ profile_id: text, delivery_id: text, destination: text, segment: text, membership_status: text },
      ...{ status: { enum: ['delivered', 'filtered', 'failed'] }, reason: text, attempts: count },
      ...{ response_status: { type: ['integer', 'null'] }, created_at: instant, ended_at: instant },
    }),
    is_cut: { type: 'boolean', description: 'True where a list has more than is shown.' },
  }),
  LiveUpdate: object({
    items: list({
      id: { ...text, description: 'Unique.' },
      kind: { enum: ['accepted', 'rejected', 'duplicate'] },
      ...{ source: text, message_id: optional, type: optional, event: optional, profile_id: optional },
      ...{ user_id: optional, reason: optional, timestamp: instant, received_at: instant },
    }),
    passed: { ...count, description: 'Events that went by since the last message.' },
    left_out: { ...count, description: 'Of these, fitting ones that are not shown, since there were too many.' },
    unread: { ...count, description: 'Of these, how many nobody looked at, since they came too fast.' },
  }),
};
