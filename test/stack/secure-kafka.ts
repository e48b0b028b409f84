import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, kafkaStore, SupervisedProcess } from '@hilo/infra';

/** A Kafka with TLS, made for one test file. */
export interface SecureKafka {
  /** Requires nothing, in plain text: for the broker itself and the test. */
  readonly brokers: string;
  /** Requires a user and a password, over TLS. */
  readonly saslBrokers: string;
  /** Requires a certificate, over TLS. */
  readonly certificateBrokers: string;
  readonly username: string;
  readonly password: string;
  /** PEM files: of the authority that signed the broker, and of a client that it signed. */
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  /** The broker's, for 127.0.0.1 and localhost: other servers of the test can use it, too. */
  readonly serverCertificate: string;
  readonly serverKey: string;
  /** An authority that signed nobody. */
  readonly otherCa: string;
  close(): Promise<void>;
}

const DAYS = '2';
const USERNAME = 'hilo';
const PASSWORD = 'let-me-in';

/** Who may do everything where rights count: the broker and the test in plain text, and the client by its certificate. */
const SUPER_USERS = ['User:ANONYMOUS', 'User:CN=client'];

/**
 * Creates its own authority and certificates, and starts an embedded Kafka with them. With `rights`, a user may do only what
 * has been granted.
 */
export async function openSecureKafka({ rights = false } = {}): Promise<SecureKafka> {
  const data = await mkdtemp(join(tmpdir(), 'hilo-secure-'));
  const file = (name: string) => join(data, name);
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: data });
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', DAYS, '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, '-addext', 'keyUsage=keyCertSign'],
    );
  const signed = async (name: string) => {
    const request = ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`];
    await openssl(...request, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    await writeFile(file(`${name}.ext`), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    const sign = ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    await openssl(...sign, '-days', DAYS, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  };
  await Promise.all([authority('ca'), authority('other')]);
  await signed('broker');
  await signed('client');
  const pem = await Promise.all(['broker.key', 'broker.pem'].map((name) => readFile(file(name), 'utf8')));
  await writeFile(file('keystore.pem'), pem.join(''));
  const [port = 0, controllerPort = 0, saslPort = 0, certificatePort = 0] = await freePorts(4);
  const store = kafkaStore({
    data: file('kafka'),
    port,
    controllerPort,
    secure: {
      saslPort,
      certificatePort,
      keystore: file('keystore.pem'),
      truststore: file('ca.pem'),
      username: USERNAME,
      password: PASSWORD,
      superUsers: rights ? SUPER_USERS : undefined,
    },
  });
  await store.prepare();
  const surroundings = { logs: file('logs'), notes: file('run'), report: () => {} };
  const running = new SupervisedProcess(store.process, surroundings);
  const close = async () => {
    await running.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await running.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    brokers: `127.0.0.1:${port}`,
    saslBrokers: `127.0.0.1:${saslPort}`,
    certificateBrokers: `127.0.0.1:${certificatePort}`,
    username: USERNAME,
    password: PASSWORD,
    ca: file('ca.pem'),
    clientCertificate: file('client.pem'),
    clientKey: file('client.key'),
    serverCertificate: file('broker.pem'),
    serverKey: file('broker.key'),
    otherCa: file('other.pem'),
    close,
  };
}
