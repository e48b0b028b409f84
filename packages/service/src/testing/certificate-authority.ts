import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Days until the certificates of a test end. */
const DAYS = '2';

/** A certificate and its key: the paths of both, and their texts. */
export interface IssuedCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of one test, which signs certificates with openssl in a folder of its own. */
export class CertificateAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hilo-authority-'));
  /** Path of the authority's own certificate. */
  readonly file = join(this.#folder, 'ca.pem');

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      ...this.#newKey('ca'),
      '-subj',
      '/CN=test authority',
      '-days',
      DAYS,
      '-out',
      'ca.pem',
    );
  }

  /** Its own certificate, as PEM. */
  get cert(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** A certificate for the common name and these names, as openssl writes them: `DNS:profile`, `IP:127.0.0.1`. */
  issue(commonName: string, names: readonly string[] = []): IssuedCertificate {
    const [certFile, keyFile] = ['pem', 'key'].map((end) => join(this.#folder, `${commonName}.${end}`)) as [
      string,
      string,
    ];
    this.#openssl('req', ...this.#newKey(commonName), '-subj', `/CN=${commonName}`, '-out', `${commonName}.csr`);
    writeFileSync(
      join(this.#folder, `${commonName}.ext`),
      `basicConstraints=CA:FALSE\n${names.length === 0 ? '' : `subjectAltName=${names.join(',')}\n`}`,
    );
    this.#openssl(
      ...['x509', '-req', '-in', `${commonName}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', DAYS, '-extfile', `${commonName}.ext`, '-out', `${commonName}.pem`],
    );
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  /** Removes its folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #newKey(name: string): readonly string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', `${name}.key`];
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }
}
