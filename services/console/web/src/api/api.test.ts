import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api.ts';

/** What the console answers, in turn. */
let answers: Response[] = [];
let sent: string[] = [];
let signedOut = 0;
let api: Api;
const { fetch } = globalThis;

beforeEach(() => {
  [answers, sent, signedOut] = [[], [], 0];
  globalThis.fetch = (path, options) => {
    if (typeof path === 'string') sent.push(`${options?.method} ${path}`);
    const answer = answers.shift();
    return answer === undefined ? Promise.reject(new Error('nobody answers')) : Promise.resolve(answer);
  };
  api = new Api(() => (signedOut += 1));
});
afterEach(() => {
  globalThis.fetch = fetch;
});

const refusal = (status: number, code: string) => Response.json({ status, code, detail: 'No.' }, { status });
const done = () => new Response(null, { status: 204 });

describe('a change for which the console wants to know that it is still the same person', () => {
  it('is sent again once the person has shown it', async () => {
    api.confirmBy(() => Promise.resolve(true));
    answers = [refusal(403, 'confirmation_required'), done()];
    await api.call('DELETE /api/sessions');
    expect(sent).toEqual(['DELETE /api/sessions', 'DELETE /api/sessions']);
  });

  it('is not sent again if the person has not, or nobody asks them', async () => {
    answers = [refusal(403, 'confirmation_required'), refusal(403, 'confirmation_required')];
    await expect(api.call('DELETE /api/sessions')).rejects.toMatchObject({ fault: { code: 'confirmation_required' } });
    const end = api.confirmBy(() => Promise.resolve(false));
    await expect(api.call('DELETE /api/sessions')).rejects.toMatchObject({ fault: { code: 'confirmation_required' } });
    end();
    expect(sent).toHaveLength(2);
  });

  it('asks once, however many changes wait for it', async () => {
    let asked = 0;
    api.confirmBy(() => {
      asked += 1;
      // A person takes a while.
      return new Promise((resolve) => setTimeout(() => resolve(true), 50));
    });
    answers = [refusal(403, 'confirmation_required'), refusal(403, 'confirmation_required'), done(), done()];
    await Promise.all([api.call('DELETE /api/sessions'), api.call('DELETE /api/session/second-factor')]);
    expect(asked).toBe(1);
  });
});

describe('an answer with 401', () => {
  it('means that nobody is signed in any more', async () => {
    answers = [refusal(401, 'unauthorized')];
    await expect(api.call('GET /api/sessions')).rejects.toMatchObject({ fault: { status: 401 } });
    expect(signedOut).toBe(1);
  });

  it.each(['invalid_code', 'second_factor_required', 'invalid_credentials'])(
    'is about what was typed if its code is %s',
    async (code) => {
      answers = [refusal(401, code)];
      const confirming = api.call('POST /api/session/confirmation', { body: { password: 'x', code: '000000' } });
      await expect(confirming).rejects.toMatchObject({ fault: { code } });
      expect(signedOut).toBe(0);
    },
  );
});
