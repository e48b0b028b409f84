import { DEFAULT_RULES, type Identifier, normalise } from '@hilo/schemas';
import { ChangesNothing, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import type { Evidence } from '../domain/identity-graph.ts';
import { type IdentityReader, type KnownIdentifier, type KnownProfile, TOKENS } from '../ports.ts';
import { type Api, contract } from './contract.ts';

/** Serves the identity graph: which profile an identifier belongs to, what belongs to a profile, and why. */
@Controller()
export class IdentityController {
  readonly #reader: IdentityReader;

  constructor(@Inject(TOKENS.reader) reader: IdentityReader) {
    this.#reader = reader;
  }

  @Route(contract, 'findProfile')
  @ChangesNothing()
  async find({ body }: CallOf<Api, 'findProfile'>): Promise<AnswerOf<Api, 'findProfile'>> {
    const found = await this.#reader.identifier(readIdentifier(body.identifier));
    if (found === null) throw problem('not_found', 'No profile has this identifier.', { field: 'identifier' });
    return { ...linkBody(found), profile_id: found.profile_id };
  }

  @Route(contract, 'getProfile')
  async profile({ params }: CallOf<Api, 'getProfile'>): Promise<AnswerOf<Api, 'getProfile'>> {
    // Accepts Hilo's own ids only, so that no NUL or the like reaches the database.
    const found = /^\w{1,64}$/.test(params.profile_id) ? await this.#reader.profile(params.profile_id) : null;
    if (found === null) throw problem('not_found', 'There is no such profile.', { field: 'profile_id' });
    return profileBody(found);
  }
}

/** Reads an identifier. Throws a problem if the type is unknown or no profile could have the value. */
function readIdentifier(given: { readonly type: unknown; readonly value: string }): Identifier {
  const rule = DEFAULT_RULES.identifiers.find(({ type }) => type === given.type);
  if (rule === undefined) {
    const known = DEFAULT_RULES.identifiers.map(({ type }) => type).join(', ');
    throw problem('invalid_request', `identifier.type must be one of ${known}.`, { field: 'identifier.type' });
  }
  const { type } = rule;
  const value = normalise(rule, given.value);
  if (value === null) throw problem('not_found', 'This value never identifies anyone.', { field: 'identifier' });
  return { type, value };
}

function linkBody({ type, value, evidence }: KnownIdentifier) {
  return { type, value, evidence: { ...evidenceBody(evidence), linked_at: instant(evidence.decided_at_ms) } };
}

function profileBody({
  profile_id,
  created_at_ms,
  survivor,
  identifiers,
  merges,
}: KnownProfile): SchemaOf<Api, 'KnownProfile'> {
  return {
    profile_id,
    status: survivor === null ? 'live' : 'merged',
    survivor,
    created_at: instant(created_at_ms),
    identifiers: identifiers.map(linkBody),
    merges: merges.map((merge) => ({
      merge_id: merge.merge_id,
      absorbed: merge.absorbed,
      survivor: merge.survivor,
      version: merge.version,
      identifiers: merge.identifiers,
      evidence: { ...evidenceBody(merge.evidence), decided_at: instant(merge.evidence.decided_at_ms) },
    })),
  };
}

function evidenceBody({ source, message_id, rule, event_time_ms }: Evidence) {
  return { source, message_id, rule, event_time: instant(event_time_ms) };
}

/** Producers' clocks can be anywhere: null for a time that a date cannot express. */
function instant(timeMs: number): string | null {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
