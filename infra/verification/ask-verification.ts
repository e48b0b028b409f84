/** What to verify, and whom to ask. */
export interface VerificationRequest {
  /** Addresses of instances of segmentation; the first that answers is asked. */
  readonly segmentation: readonly string[];
  readonly adminToken: string;
  /** Key of the segment; null: all. */
  readonly segment: string | null;
}

interface Answer {
  readonly checked: number;
  readonly undecided: readonly { readonly reason: string; readonly profiles: number }[];
  readonly differences: readonly {
    readonly segment: string;
    readonly profile_id: string;
    readonly published: boolean | null;
    readonly state: boolean;
    readonly history: boolean | null;
  }[];
  readonly total: number;
  readonly not_compared: readonly { readonly segment: string; readonly reason: string }[];
  readonly next: string | null;
}

const ANSWERED_WITHIN_MS = 60_000;

/**
 * Asks segmentation to verify everything, call by call, and prints each difference and a summary. Returns how many differences
 * there are; throws with the reason of a refusal.
 */
export async function askVerification(request: VerificationRequest, say: (line: string) => void): Promise<number> {
  const undecided = new Map<string, number>();
  const notCompared = new Set<string>();
  let checked = 0;
  let total = 0;
  let cursor: string | null = null;
  do {
    const answer: Answer = await ask(request, cursor);
    checked += answer.checked;
    total += answer.total;
    for (const { reason, profiles } of answer.undecided) undecided.set(reason, (undecided.get(reason) ?? 0) + profiles);
    for (const { segment } of answer.not_compared) notCompared.add(segment);
    for (const { segment, profile_id, published, state, history } of answer.differences)
      say(`${segment} ${profile_id} published=${published} state=${state} history=${history}`);
    cursor = answer.next;
  } while (cursor !== null);
  for (const [reason, profiles] of undecided) say(`${profiles} profiles undecided: ${reason}`);
  for (const segment of notCompared)
    say(`${segment} is not compared with the history: it did not count all events from the first on`);
  say(`${checked} profiles checked, ${total} differences`);
  return total;
}

async function ask({ segmentation, adminToken, segment }: VerificationRequest, cursor: string | null): Promise<Answer> {
  const path = segment === null ? '/v1/segments/verify' : `/v1/segments/${encodeURIComponent(segment)}/verify`;
  for (const base of segmentation) {
    const url = new URL(path, base);
    if (cursor !== null) url.searchParams.set('cursor', cursor);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    }).catch(() => null);
    if (answer === null) continue;
    const body = (await answer.json().catch(() => ({}))) as Answer & { readonly detail?: string };
    if (!answer.ok) throw new Error(body.detail ?? `segmentation answered ${answer.status}`);
    return body;
  }
  throw new Error(`nobody answers at ${segmentation.join(', ')}`);
}
