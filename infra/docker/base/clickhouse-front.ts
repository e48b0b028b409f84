import { request as ask } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

/** What the front of a ClickHouse needs. */
export interface ClickHouseFrontOptions {
  /** Text of config.d/tls.xml. */
  readonly settings: string;
  /** Text of users.d/tls.xml. */
  readonly users: string;
  /** The passwords by which the engine behind knows its users. */
  readonly passwords: Readonly<Record<string, string>>;
  /** The HTTP port of the engine, on 127.0.0.1. */
  readonly enginePort: number;
  /** Reads a file that the settings name, as text. */
  readonly read: (path: string) => string;
}

/** Paths that ask for no user, as listeners.xml has them. */
const OPEN_PATHS = ['/ping', '/metrics'];

/**
 * HTTPS in front of an engine that has neither an encrypted listener nor users with certificates, by the files that a ClickHouse
 * server reads for both: a user is let in by a certificate of the authority whose common name is among the user's, and by
 * nothing else. `verificationMode` must be relaxed: a client may show no certificate, and none of another authority.
 */
export function clickHouseFront({ settings, users, passwords, enginePort, read }: ClickHouseFrontOptions): Server {
  if (setting(settings, 'verificationMode') !== 'relaxed') throw new Error('verificationMode must be relaxed');
  const names = commonNames(users);
  const tls = {
    cert: read(setting(settings, 'certificateFile')),
    key: read(setting(settings, 'privateKeyFile')),
    ca: read(setting(settings, 'caConfig')),
    ...({ minVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: false } as const),
  };
  return createServer(tls, (incoming, reply) => {
    const socket = incoming.socket as TLSSocket;
    const { authorization: _, 'x-clickhouse-key': __, ...headers } = incoming.headers;
    const user = String(headers['x-clickhouse-user'] ?? '');
    const name = socket.authorized ? String(socket.getPeerCertificate().subject.CN) : null;
    const isKnown =
      name !== null && headers['x-clickhouse-ssl-certificate-auth'] === 'on' && (names.get(user) ?? []).includes(name);
    if (!isKnown && !OPEN_PATHS.includes(incoming.url ?? '')) {
      incoming.resume();
      reply.writeHead(403, { 'x-clickhouse-exception-code': '516' });
      reply.end(`Code: 516. DB::Exception: ${user}: Authentication failed. (AUTHENTICATION_FAILED)\n`);
      return;
    }
    delete headers['x-clickhouse-ssl-certificate-auth'];
    if (isKnown) headers['x-clickhouse-key'] = passwords[user] ?? '';
    else delete headers['x-clickhouse-user'];
    const onwards = ask(
      { host: '127.0.0.1', port: enginePort, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
        answer.on('error', () => reply.destroy());
        answer.on('aborted', () => reply.destroy());
      },
    );
    onwards.on('error', () => reply.destroy());
    reply.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  }).on('secureConnection', (socket) => {
    // One of another authority.
    if (!socket.authorized && Object.keys(socket.getPeerCertificate()).length > 0) socket.destroy();
  });
}

/** The text of an element. Throws if there is none. */
export function setting(settings: string, name: string): string {
  const [, text] = new RegExp(`<${name}>([^<]+)</${name}>`).exec(settings) ?? [];
  if (text === undefined) throw new Error(`tls.xml has no ${name}`);
  return text;
}

/** The common names of each user. */
function commonNames(users: string): ReadonlyMap<string, readonly string[]> {
  const found = users.matchAll(
    /<(\w+)>\s*<password remove="remove"\/>\s*<ssl_certificates>([\s\S]*?)<\/ssl_certificates>/g,
  );
  return new Map(
    [...found].map(([, user = '', names = '']) => [
      user,
      [...names.matchAll(/<common_name>([^<]+)<\/common_name>/g)].map(([, name = '']) => name),
    ]),
  );
}
