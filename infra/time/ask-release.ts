/** Which partition of which stage to leave out, and whom to ask. */
export interface ReleaseRequest {
  /** Addresses of instances of segmentation; the first that answers is asked. */
  readonly segmentation: readonly string[];
  readonly adminToken: string;
  readonly stage: string;
  readonly partition: string;
}

const ANSWERED_WITHIN_MS = 30_000;

/**
 * Asks segmentation to leave an origin out until it moves. Returns the message to print; throws with the reason of a
 * refusal.
 */
export async function askRelease({ segmentation, adminToken, stage, partition }: ReleaseRequest): Promise<string> {
  const path = `/v1/time/origins/${encodeURIComponent(stage)}/${encodeURIComponent(partition)}/release`;
  for (const base of segmentation) {
    const answer = await fetch(new URL(path, base), {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    }).catch(() => null);
    if (answer === null) continue;
    const body = (await answer.json().catch(() => ({}))) as {
      readonly detail?: string;
      readonly read_to?: string | null;
    };
    if (!answer.ok) throw new Error(body.detail ?? `segmentation answered ${answer.status}`);
    const stood = body.read_to === null ? 'has never reported' : `stands at ${body.read_to}`;
    return `${stage}/${partition} ${stood}: it is left out until it moves, and exits are marked "unproven"`;
  }
  throw new Error(`nobody answers at ${segmentation.join(', ')}`);
}
