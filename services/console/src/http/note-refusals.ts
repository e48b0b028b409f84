import type { OnRefusal } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import { REFUSALS, STRANGER } from '../domain/security-event.ts';
import type { SecurityTrail } from '../security-trail.ts';
import type { HttpAccess } from './http-access.ts';

const SESSION = '/api/session';

/** Records in the audit log who was refused what. */
export function noteRefusals(access: HttpAccess, trail: SecurityTrail): OnRefusal {
  return (request, code) => {
    const reason = REFUSALS.find((refusal) => refusal === code);
    if (reason === undefined || onlyAsksWhoItIs(request)) return;
    const who = access.whoOf(request);
    void trail.record({
      what: 'refused',
      reason,
      who: who ?? STRANGER,
      method: request.method,
      address: request.ip,
      target: withoutApi(who === null ? (request.routeOptions.url ?? '') : pathOf(request)),
    });
  };
}

/** Whoever opens the sign-in page asks first whether there is a session, and sends nothing that could be wrong. */
function onlyAsksWhoItIs({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && url === SESSION && headers.cookie === undefined && headers.authorization === undefined;
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] as string;
}

function withoutApi(path: string): string {
  return path.replace(/^\/(api\/)?/, '');
}
