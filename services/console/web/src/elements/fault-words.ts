import type { ApiFault } from '../api/api-error.ts';
import type { elementMessages } from './messages.ts';

type Words = (typeof elementMessages)['en'];

/** What happened, what helps, and what the answer said; null where it said nothing. */
export interface FaultWords {
  readonly title: string;
  readonly help: string;
  readonly detail: string | null;
}

/** Says a fault in a language: `t` are the texts of the elements. */
export function faultWords(fault: ApiFault, t: Words): FaultWords {
  if (fault.kind === 'no-answer') return { title: t.noAnswer, help: t.noAnswerHelp, detail: null };
  if (fault.kind === 'unconfirmed') return { title: t.unconfirmed, help: t.unconfirmedHelp, detail: null };
  if (fault.kind === 'offline') return { title: t.offline, help: t.offlineHelp, detail: null };
  if (fault.code === 'confirmation_required')
    return { title: t.unconfirmedPerson, help: t.unconfirmedPersonHelp, detail: null };
  const detail = fault.detail === '' ? null : t.said(fault.detail);
  return { ...wordsOf(fault.status, t), detail };
}

function wordsOf(status: number, t: Words): Omit<FaultWords, 'detail'> {
  if (status === 403) return { title: t.forbidden, help: t.forbiddenHelp };
  if (status === 404) return { title: t.notFound, help: t.notFoundHelp };
  if (status === 409) return { title: t.conflict, help: t.conflictHelp };
  if (status === 429) return { title: t.tooMany, help: t.tooManyHelp };
  if (status >= 400 && status < 500) return { title: t.invalid, help: t.invalidHelp };
  if (status === 502 || status === 503 || status === 504) return { title: t.unavailable, help: t.unavailableHelp };
  return { title: t.broken, help: t.brokenHelp };
}
