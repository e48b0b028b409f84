import { createTransport } from 'nodemailer';
import type { MailText } from '../domain/mail-text.ts';
import type { SendMail } from '../link-ports.ts';

/** The operator's settings of the mail server. */
export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://user:password@host:465`. */
  readonly url: string;
  /** Address of the sender. */
  readonly from: string;
  /** Whether nothing is sent without TLS. */
  readonly requiresTls: boolean;
}

const CONNECTS_WITHIN_MS = 10_000;
const ANSWERS_WITHIN_MS = 20_000;

/** Sends mails by SMTP, each over a connection of its own. */
export function smtpMail({ url, from, requiresTls }: SmtpSettings): SendMail {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTls = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 465 : 587) : Number(port),
    secure: isTls,
    requireTLS: requiresTls && !isTls,
    ignoreTLS: !requiresTls && !isTls,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECTS_WITHIN_MS,
    greetingTimeout: CONNECTS_WITHIN_MS,
    socketTimeout: ANSWERS_WITHIN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (to: string, { subject, text }: MailText) => {
    // Addresses as objects: in a text, a comma in an address would begin another receiver.
    await transport.sendMail({
      from: { name: 'Hilo', address: from },
      to: { name: '', address: to },
      subject,
      text,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  };
}
