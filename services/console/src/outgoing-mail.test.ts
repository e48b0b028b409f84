import { describe, expect, it, vi } from 'vitest';
import { OutgoingMail } from './outgoing-mail.ts';

const MAIL = { to: 'ann@example.com', subject: 'S', text: 'T' };

describe('mails that nobody waits for', () => {
  it('are sent later, each once', async () => {
    const send = vi.fn(() => Promise.resolve());
    const mail = new OutgoingMail(send, { warn: vi.fn() });
    mail.post('a', () => Promise.resolve(MAIL));
    mail.post('a', () => Promise.resolve(null));
    await mail.stop();
    expect(send.mock.calls).toEqual([['ann@example.com', MAIL]]);
  });

  it('are not even composed without a mail server', async () => {
    const compose = vi.fn(() => Promise.resolve(MAIL));
    const mail = new OutgoingMail(null, { warn: vi.fn() });
    expect(mail.isSetUp).toBe(false);
    mail.post('a', compose);
    await mail.stop();
    expect(compose).not.toHaveBeenCalled();
  });

  it.each([
    ['sent', () => Promise.resolve()],
    ['failed', () => Promise.reject(new Error('550'))],
    ['off', null],
  ] as const)('say what became of them to whoever asks: %s', async (outcome, send) => {
    const mail = new OutgoingMail(send, { warn: vi.fn() });
    expect(await mail.deliver('a', MAIL)).toBe(outcome);
  });

  it('are not waited for longer than a few seconds', async () => {
    const held = Promise.withResolvers<void>();
    const mail = new OutgoingMail(() => held.promise, { warn: vi.fn() }, 10);
    expect(await mail.deliver('a', MAIL)).toBe('pending');
    held.resolve();
    await mail.stop();
  });

  it('leave a line in the log without the address where they fail', async () => {
    const warn = vi.fn();
    const fault = Object.assign(new Error('550 ann@example.com is unknown'), { code: 'EENVELOPE' });
    const mail = new OutgoingMail(() => Promise.reject(fault), { warn });
    mail.post('a', () => Promise.resolve(MAIL));
    await mail.stop();
    expect(warn.mock.calls).toEqual([[{ reason: 'EENVELOPE' }, 'A mail could not be sent']]);
  });

  it('are bounded: one who causes many leaves room for others, and what finds no place is left out', async () => {
    const held = Promise.withResolvers<void>();
    const sent: string[] = [];
    const warn = vi.fn();
    const mail = new OutgoingMail(
      async (to) => {
        await held.promise;
        sent.push(to);
      },
      { warn },
    );
    for (let time = 0; time < 1000; time++) mail.post('many', () => Promise.resolve(MAIL));
    mail.post('one', () => Promise.resolve({ ...MAIL, to: 'ben@example.com' }));
    await vi.waitFor(() => expect(warn).toHaveBeenCalled());
    held.resolve();
    await mail.stop();
    expect(sent).toContain('ben@example.com');
    expect(sent.length).toBeLessThan(20);
    expect(warn).toHaveBeenCalledWith({ reason: 'too many mails wait' }, 'A mail could not be sent');
  });
});
