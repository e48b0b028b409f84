import { createHmac } from 'node:crypto';

/**
 * Value of `X-Hilo-Signature`: proves to the receiver who sent the body, and when (`sentAtS`, seconds since the
 * epoch).
 */
export function signature(secret: string, sentAtS: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${sentAtS}.${body}`).digest('hex');
  return `t=${sentAtS},v1=${digest}`;
}
