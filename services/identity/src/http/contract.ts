import { type Contract, EVENT_TIME, listOf, object, ref, TIME_OR_NULL } from '@hilo/service/contract';

const TEXT = { type: 'string' } as const;
const EVIDENCE = {
  source: TEXT,
  message_id: TEXT,
  rule: { enum: ['same_event', 'alias', 'merge_call'] },
  event_time: EVENT_TIME,
} as const;
const IDENTIFIER = { type: TEXT, value: TEXT };

/** The HTTP API of the identity service. */
export const contract = {
  title: 'Hilo identity',
  description: 'Whose an identifier is, what belongs to a profile, and why.',
  schemas: {
    Identifier: object(IDENTIFIER),
    ProfileLookup: object({
      identifier: object({
        type: { ...TEXT, examples: ['email'], checkedIn: 'http/identity-controller.ts' },
        value: { ...TEXT, minLength: 1, examples: ['ann@example.com'] },
      }),
    }),
    LinkEvidence: {
      ...object({ ...EVIDENCE, linked_at: TIME_OR_NULL }),
      description: 'The event that linked an identifier.',
    },
    MergeEvidence: {
      ...object({ ...EVIDENCE, decided_at: TIME_OR_NULL }),
      description: 'The event that merged two profiles.',
    },
    KnownIdentifier: object({ ...IDENTIFIER, profile_id: TEXT, evidence: ref('LinkEvidence') }),
    Merge: object({
      merge_id: TEXT,
      absorbed: TEXT,
      survivor: TEXT,
      version: { type: 'integer' },
      identifiers: listOf(ref('Identifier')),
      evidence: ref('MergeEvidence'),
    }),
    KnownProfile: object({
      profile_id: TEXT,
      status: { enum: ['live', 'merged'] },
      survivor: { type: ['string', 'null'], description: 'The living profile that a merged one resolves to.' },
      created_at: TIME_OR_NULL,
      identifiers: listOf(object({ ...IDENTIFIER, evidence: ref('LinkEvidence') })),
      merges: { ...listOf(ref('Merge')), description: 'The merges that made it, or ended it; the oldest first.' },
    }),
  },
  routes: {
    findProfile: {
      method: 'POST',
      path: '/v1/profiles/lookup',
      summary: 'The profile that an identifier belongs to, and the event that linked it',
      description: 'The identifier comes in the body, so that it stands in no address and no log of addresses.',
      readOnly: true,
      body: ref('ProfileLookup'),
      answers: { 200: { description: 'The identifier.', schema: ref('KnownIdentifier') } },
      problems: { not_found: 'No profile has this identifier.' },
    },
    getProfile: {
      method: 'GET',
      path: '/v1/profiles/{profile_id}',
      summary: 'The identifiers of a profile with their evidence, and the merges that made it',
      params: { profile_id: { ...TEXT, description: 'Id of the profile; also of one that was merged into another.' } },
      answers: { 200: { description: 'The profile.', schema: ref('KnownProfile') } },
      problems: { not_found: 'There is no such profile.' },
    },
  },
} as const satisfies Contract;

/** The contract, for types: `AnswerOf<Api, 'getProfile'>`. */
export type Api = typeof contract;
