import { MailServer } from '@hilo/test-stack';
import { afterEach, describe, expect, it } from 'vitest';
import { smtpMail } from './smtp-mail.ts';

const MAIL = { subject: 'Hola', text: 'Una línea\n\nhttps://hilo.example/reset#token=t' };
const FROM = 'hilo@example.com';

let server: MailServer;
afterEach(() => server.stop());

describe('a mail', () => {
  it('goes to one person, in UTF-8', async () => {
    server = await MailServer.start();
    await smtpMail({ url: server.url, from: FROM, requiresTls: false })('ann@example.com', MAIL);
    const [received] = server.received();
    expect(received).toMatchObject({ to: ['ann@example.com'], isSecure: false });
    expect(received?.text).toMatch(/^From: Hilo <hilo@example\.com>\r$/m);
    expect(received?.text).toMatch(/^Subject: Hola\r$/m);
    expect(received?.text).toMatch(/charset=utf-8/i);
  });

  it.each(['a,b@example.com', 'a@example.com,other@example.com', '"a"<other@example.com>x@example.com'])(
    'to %s reaches nobody else',
    async (to) => {
      server = await MailServer.start();
      await smtpMail({ url: server.url, from: FROM, requiresTls: false })(to, MAIL).catch(() => undefined);
      for (const { to: reached } of server.received()) {
        expect(reached).toHaveLength(1);
        expect(reached).not.toContain('other@example.com');
      }
    },
  );

  it('is not sent without TLS where TLS is required', async () => {
    server = await MailServer.start();
    const send = smtpMail({ url: server.url, from: FROM, requiresTls: true });
    await expect(send('ann@example.com', MAIL)).rejects.toMatchObject({ code: 'ETLS' });
    expect(server.received()).toEqual([]);
  });

  it('is not sent to a server whose certificate nobody vouches for', async () => {
    server = await MailServer.start({ disabledCommands: [] });
    await expect(
      smtpMail({ url: server.url, from: FROM, requiresTls: true })('ann@example.com', MAIL),
    ).rejects.toThrow();
    expect(server.received()).toEqual([]);
  });

  it('is sent as the user of the address', async () => {
    const users: unknown[] = [];
    server = await MailServer.start({
      ...{ authOptional: false, allowInsecureAuth: true },
      onAuth: ({ username, password }, _session, done) => {
        users.push([username, password]);
        done(null, { user: 'hilo' });
      },
    });
    const url = server.url.replace('//', '//hilo%40example.com:p%3Ass@');
    await smtpMail({ url, from: FROM, requiresTls: false })('ann@example.com', MAIL);
    expect(users).toEqual([['hilo@example.com', 'p:ss']]);
    expect(server.received()).toHaveLength(1);
  });
});
