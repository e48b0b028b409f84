import { DEFAULT_RULES, type Identifier, normalise } from '@hilo/schemas';
import { problem } from '@hilo/service';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { Evidence } from '../domain/identity-graph.ts';
import { type IdentityReader, type KnownIdentifier, type KnownProfile, TOKENS } from '../ports.ts';

/** The identity graph: whose an identifier is, what belongs to a profile, and why. */
@Controller('v1')
export class IdentityController {
  readonly #reader: IdentityReader;

  constructor(@Inject(TOKENS.reader) reader: IdentityReader) {
    this.#reader = reader;
  }

  @Get('identifiers/:identifier')
  async identifier(@Param('identifier') text: string) {
    const found = await this.#reader.identifier(readIdentifier(text));
    if (found === null) throw problem(404, 'not_found', 'Nobody has this identifier.', { field: 'identifier' });
    return identifierBody(found);
  }

  @Get('profiles/:profile_id')
  async profile(@Param('profile_id') profile_id: string) {
    // Ids of ours only: a NUL or the like must not reach the database.
    const found = /^\w{1,64}$/.test(profile_id) ? await this.#reader.profile(profile_id) : null;
    if (found === null) throw problem(404, 'not_found', 'There is no such profile.', { field: 'profile_id' });
    return profileBody(found);
  }
}

/** Reads `type:value`. Throws a problem where the type is none of ours or the value could never be kept. */
function readIdentifier(text: string): Identifier {
  const [type = '', ...rest] = text.split(':');
  const rule = DEFAULT_RULES.identifiers.find((candidate) => candidate.type === type);
  if (rule === undefined || rest.length === 0)
    throw problem(
      400,
      'invalid_request',
      `identifier must be {type}:{value} with a type of ${DEFAULT_RULES.identifiers.map((known) => known.type).join(', ')}.`,
      { field: 'identifier' },
    );
  const value = normalise(rule, rest.join(':'));
  if (value === null) throw problem(404, 'not_found', 'This value identifies nobody.', { field: 'identifier' });
  return { type, value };
}

function identifierBody({ type, value, profile_id, evidence }: KnownIdentifier) {
  return { type, value, profile_id, evidence: evidenceBody(evidence, 'linked_at') };
}

function profileBody({ profile_id, created_at_ms, survivor, identifiers, merges }: KnownProfile) {
  return {
    profile_id,
    status: survivor === null ? 'live' : 'merged',
    survivor,
    created_at: instant(created_at_ms),
    identifiers: identifiers.map(({ type, value, evidence }) => ({
      type,
      value,
      evidence: evidenceBody(evidence, 'linked_at'),
    })),
    merges: merges.map((merge) => ({
      merge_id: merge.merge_id,
      absorbed: merge.absorbed,
      survivor: merge.survivor,
      version: merge.version,
      identifiers: merge.identifiers,
      evidence: evidenceBody(merge.evidence, 'decided_at'),
    })),
  };
}

function evidenceBody({ source, message_id, rule, event_time_ms, decided_at_ms }: Evidence, decided: string) {
  return { source, message_id, rule, event_time: instant(event_time_ms), [decided]: instant(decided_at_ms) };
}

/** Producers' clocks may be anywhere: null for a time that a date can't say. */
function instant(time_ms: number): string | null {
  const time = new Date(time_ms);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
