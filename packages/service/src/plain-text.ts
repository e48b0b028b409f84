import { ExactNumber } from '@hilo/exact-json';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from './problem.ts';

/** Longest part of a path, in UTF-16 code units. */
export const PATH_PART_LENGTH = 500;
/** Longest value of a query string. */
const QUERY_VALUE_LENGTH = 8_192;
/** How many characters of a name a message repeats. */
const NAME_LENGTH = 100;

/** True for text that every store can keep unchanged: no NUL, no lone surrogate. */
export function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Throws a problem that names the first text or field name that is not plain. For values as JSON has them. */
export function refuseUnplain(value: unknown, at = ''): void {
  // An explicit stack, because bodies can be nested as deeply as they are long.
  const waiting: { readonly part: unknown; readonly path: string }[] = [{ part: value, path: at }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, path } = next;
    if (typeof part === 'string' && !isPlainText(part)) throw unplain(path);
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part) || part instanceof ExactNumber) continue;
    for (const [name, inner] of Object.entries(part)) {
      const place = path.length > NAME_LENGTH ? path : pathTo(path, name, Array.isArray(part));
      if (!isPlainText(name)) throw unplain(place);
      if (typeof inner === 'string' || typeof inner === 'object') waiting.push({ part: inner, path: place });
    }
  }
}

/** Refuses text that no store can keep, anywhere in a request, before a handler sees it. */
export class PlainTextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const { params, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const { '*': path, ...named } = (params ?? {}) as Readonly<Record<string, unknown>>;
    refuseLong(named, PATH_PART_LENGTH);
    refuseLong(query, QUERY_VALUE_LENGTH);
    refuseUnplain(named);
    refuseUnplain(path, 'path');
    refuseUnplain(query);
    if (!Buffer.isBuffer(body)) refuseUnplain(body);
    return next.handle();
  }
}

function refuseLong(values: unknown, length: number): void {
  for (const [name, value] of Object.entries(values ?? {}))
    for (const text of [value as unknown].flat())
      if (typeof text === 'string' && text.length > length)
        throw problem('invalid_request', `${nameOf(name)} must have at most ${length} characters.`, {
          field: nameOf(name),
        });
}

/** The field of a text in a list is the list, as in every other answer; the detail names its place. */
function unplain(path: string): Error {
  const place = path === '' ? 'body' : path;
  const detail = `${place} must be valid Unicode without the NUL character.`;
  return problem('invalid_request', detail, { field: place.replace(/(?<=.)\[\d+\]$/, '') });
}

function pathTo(path: string, name: string, isList: boolean): string {
  if (isList) return `${path}[${name}]`;
  return path === '' ? nameOf(name) : `${path}.${nameOf(name)}`;
}

function nameOf(name: string): string {
  return name.slice(0, NAME_LENGTH).replaceAll('\0', '\ufffd').toWellFormed();
}
