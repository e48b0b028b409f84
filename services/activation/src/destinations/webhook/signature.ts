import { createHmac } from 'node:crypto';

/**
 * Value of `X-Hilo-Signature`: proves to the receiver who sent the body, and when (`sent_at_s`, seconds since the
 * epoch).
 */
export function signature(secret: string, sent_at_s: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${sent_at_s}.${body}`).digest('hex');
  return `t=${sent_at_s},v1=${digest}`;
}
