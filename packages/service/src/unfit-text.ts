import type { FastifyInstance } from 'fastify';
import { problem } from './problem.ts';

const NUL = '\0';

/** A value on the way through a JSON tree, with its place such as `content.tiles.0.title`. */
interface Placed {
  readonly value: unknown;
  readonly place: string;
}

/**
 * The place of the first text, a value or a name, that no store keeps: one with a NUL, or with half of a character (a lone
 * surrogate). Null where all texts are fit. A text itself has the place that is given.
 */
export function unfitText(value: unknown, place = ''): string | null {
  // Not by recursion: a megabyte may be nested half a million times.
  const open: Placed[] = [{ value, place }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value === 'string' && !isFit(next.value)) return next.place;
    if (typeof next.value !== 'object' || next.value === null || Buffer.isBuffer(next.value)) continue;
    for (const [name, inner] of Object.entries(next.value)) {
      const inside = next.place === '' ? name : `${next.place}.${name}`;
      if (!isFit(name)) return inside.toWellFormed().replaceAll(NUL, '\ufffd');
      open.push({ value: inner, place: inside });
    }
  }
  return null;
}

function isFit(text: string): boolean {
  return !text.includes(NUL) && text.isWellFormed();
}

/** Throws a problem (400) that names the field where a text is one that no store keeps. */
export function refuseUnfit(value: unknown, place = ''): void {
  const field = unfitText(value, place);
  if (field === null) return;
  const detail = `${field === '' ? 'The body' : field} must be text without NUL and without half characters (lone surrogates).`;
  throw problem(400, 'invalid_request', detail, { field });
}

/** Refuses requests with such a text in their address or their JSON, before any handler sees them. */
export function refuseUnfitTexts(instance: FastifyInstance): void {
  instance.addHook('preValidation', (request, _reply, done) => {
    const { '*': rest, ...params } = request.params as Readonly<Record<string, unknown>>;
    refuseUnfit(params);
    refuseUnfit(rest, 'path');
    refuseUnfit(request.query);
    refuseUnfit(request.body);
    done();
  });
}
