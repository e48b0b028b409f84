const HOUR_MS = 3_600_000;

/** What a one-time link is for: accepting an invitation, or setting a new password. */
export const LINK_PURPOSES = ['invitation', 'reset_by_admin', 'reset_by_mail'] as const;

/** What a one-time link is for. */
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** How long links work, and how many of one kind a person can have. */
export const ONE_TIME_LINKS = {
  /** A new one ends the earlier one. */
  invitation: { days: 7 },
  /**
   * A new one of an admin ends that admin's earlier one. A new one by mail ends none, because anybody can ask for it; instead, no
   * further one is made while this many are valid.
   */
  reset: { hours: 1, byMailAtMost: 3 },
} as const;

/** A link as it is stored: without its token. */
export interface StoredLink {
  readonly token_hash: Buffer;
  readonly purpose: LinkPurpose;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
}

/** A link as it is shown, once. */
export interface ShownLink {
  readonly url: string;
  readonly expires_at_ms: number;
}

/** A new link, by the hash of its token. */
export function linkOf(purpose: LinkPurpose, token_hash: Buffer, nowMs: number): StoredLink {
  const { invitation, reset } = ONE_TIME_LINKS;
  const lifeMs = purpose === 'invitation' ? invitation.days * 24 * HOUR_MS : reset.hours * HOUR_MS;
  return { token_hash, purpose, created_at_ms: nowMs, expires_at_ms: nowMs + lifeMs };
}

/** The link to show. The token is in the fragment, which browsers send to no server: no log and no `Referer` has it. */
export function shownLink({ purpose, expires_at_ms }: StoredLink, token: string, consoleUrl: string): ShownLink {
  const page = purpose === 'invitation' ? 'accept' : 'reset';
  return { url: `${consoleUrl}/${page}#token=${token}`, expires_at_ms };
}
