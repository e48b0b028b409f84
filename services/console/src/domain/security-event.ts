import { networkOf, UNKNOWN_CALLER } from '@hilo/service';
import { FIRST_STEPS } from './first-step.ts';
import { OPENID_FAILURES } from './openid-identity.ts';

/** Why a sign-in failed. docs/reasons.md says what each means. */
export const SIGN_IN_FAILURES = [
  ...(['unknown_person', 'disabled', 'wrong_password', 'invalid_code'] as const),
  ...OPENID_FAILURES,
] as const;

/** Why a request was refused: codes of the problems that it was answered with. */
export const REFUSALS = [
  ...(['unauthorized', 'csrf_failed', 'forbidden', 'wrong_password', 'bad_signature'] as const),
  ...(['confirmation_required', 'second_factor_compulsory'] as const),
  ...FIRST_STEPS,
] as const;

/** Why attempts to sign in are not even looked at. */
export const LOCKS = ['too_many_attempts'] as const;

/** Where people sign in and out, as a target. */
export const SIGN_IN_TARGET = 'session';

/** Somebody who is not known; what such a caller sends is not stored, since it may be anything, a password too. */
export const STRANGER = UNKNOWN_CALLER;

/** Stands for what differs between requests that one entry counts. */
export const SEVERAL = 'several';

interface Happened {
  /**
   * The person, as in `Actor.who`; of a failed sign-in, the account that was tried. `STRANGER` if there is no such
   * person.
   */
  readonly who: string;
  /** Path below `/api/`, of a stranger's request the route's pattern. */
  readonly target: string;
  /** Of the client, as text; null: not known. */
  readonly address: string | null;
}

/** Somebody signed in or out. */
type SignedEvent = Happened & ({ readonly what: 'signed_in' } | { readonly what: 'signed_out' });

/** Something that was tried in vain, and why. */
export type VainEvent = Happened & {
  /** Of the refused request; absent: it says nothing. */
  readonly method?: string;
} & (
    | { readonly what: 'sign_in_failed'; readonly reason: (typeof SIGN_IN_FAILURES)[number] }
    | { readonly what: 'locked_out'; readonly reason: (typeof LOCKS)[number] }
    | { readonly what: 'refused'; readonly reason: (typeof REFUSALS)[number] }
  );

/** What the audit log has besides changes. */
export type SecurityEvent = SignedEvent | VainEvent;

/** Events that are counted together within a minute. An address of IPv6 stands for its network of 2^64. */
export function kindOf({ what, who, address, reason }: VainEvent): string {
  return JSON.stringify([what, who, address === null ? null : networkOf(address), reason]);
}

/** The first of several events of a kind, without what differs. */
export function merged(first: VainEvent, next: VainEvent): VainEvent {
  const isSame = first.target === next.target && first.method === next.method;
  return isSame ? first : { ...first, target: SEVERAL };
}

/** An event where too many kinds are counted: only what happened, and why. */
export function widened(event: VainEvent): VainEvent {
  return { ...event, who: SEVERAL, target: SEVERAL, address: null };
}
