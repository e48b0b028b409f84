import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail that arrived. */
export interface ReceivedMail {
  /** Addresses of the envelope. */
  readonly to: readonly string[];
  /** As it came over the wire: headers and body. */
  readonly text: string;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
}

const MAIL_BYTES = 1_000_000;

/** A real SMTP server on loopback that keeps what it receives. */
export class MailServer {
  readonly #server: SMTPServer;
  readonly #received: ReceivedMail[];

  private constructor(server: SMTPServer, received: ReceivedMail[]) {
    this.#server = server;
    this.#received = received;
  }

  /** Starts it; without options it takes mails from everybody and offers no TLS. */
  static async start(options: SMTPServerOptions = {}): Promise<MailServer> {
    const received: ReceivedMail[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      size: MAIL_BYTES,
      logger: false,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          received.push({ to, text: Buffer.concat(chunks).toString(), isSecure: session.secure });
          done();
        });
      },
      ...options,
    });
    // A client that breaks off in the middle is no fault of the server's.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MailServer(server, received);
  }

  /** Its address, such as `smtp://127.0.0.1:2525`. */
  get url(): string {
    const { port } = this.#server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}`;
  }

  /** What it has received since it started. */
  received(): readonly ReceivedMail[] {
    return [...this.#received];
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
