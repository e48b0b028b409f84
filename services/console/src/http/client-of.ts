import type { FastifyRequest } from 'fastify';
import type { Client } from '../password-check.ts';
import { deviceTokensOf } from './device-cookie.ts';

const USER_AGENT_CHARACTERS = 200;

/** The browser or program that sends a request. */
export function clientOf({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>, isHttps: boolean): Client {
  return {
    address: ip,
    user_agent: (headers['user-agent'] ?? '')
      .replaceAll(/\p{Cc}/gu, '')
      .toWellFormed()
      .slice(0, USER_AGENT_CHARACTERS),
    deviceTokens: deviceTokensOf(headers.cookie, isHttps),
  };
}
