/** Which entries of the audit log somebody wants; null: whatever it is. */
export interface AuditFilter {
  /** A person, with the person's API tokens; or anybody else that `AuditEntry.who` names. */
  readonly who: string | null;
  readonly what: string | null;
  /** A path, with everything below it, such as `segmentation` or `users/ann@example.com`. */
  readonly target: string | null;
  readonly address: string | null;
  readonly from_ms: number | null;
  /** Exclusive. */
  readonly to_ms: number | null;
  /** A text anywhere in the entry, in capitals or not. */
  readonly text: string | null;
}

/** What a call asks for: absent parameters are null. */
export function filterOf(query: {
  readonly who?: string;
  readonly what?: string;
  readonly target?: string;
  readonly address?: string;
  readonly from?: string;
  readonly to?: string;
  readonly q?: string;
}): AuditFilter {
  const { who = null, what = null, target = null, address = null, from, to, q = null } = query;
  return { ...{ who, what, target, address }, from_ms: timeOf(from), to_ms: timeOf(to), text: q };
}

function timeOf(iso: string | undefined): number | null {
  return iso === undefined ? null : Date.parse(iso);
}
