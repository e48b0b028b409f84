import { describe, expect, it } from 'vitest';
import { typesThatAllow, webhookTo } from '../../testing/fixtures.ts';

const webhook = typesThatAllow('127.0.0.1:4000,crm.internal,10.20.0.0/16').get('webhook');
const accepted = (url: string) => webhook?.accept(webhookTo(url));

describe('the URL of a destination', () => {
  it.each([
    ...['http://127.0.0.1:4123/?query=SELECT+1', 'http://127.0.0.1/', 'http://localhost:4001/', 'http://[::1]:4000/'],
    ...[
      'http://[::127.0.0.1]:4000/',
      'http://2130706433/',
      'http://169.254.169.254/latest/meta-data',
      'http://10.21.0.1/',
    ],
    ...['http://[64:ff9b::10.20.0.1]/', 'http://[::ffff:10.20.0.1]/', 'http://168.63.129.16/'],
  ])('that names an address inside (%s) is refused with the field and what would be right', async (url) => {
    expect(await accepted(url)).toEqual({
      kind: 'refused',
      field: 'url',
      detail: expect.stringMatching(/must lead to a public address.*HILO_ACTIVATION_ALLOWED_NETWORKS/),
    });
  });

  it.each(['http://user@127.0.0.1/', 'http://example.com:80@127.0.0.1:4000/', 'ftp://127.0.0.1/'])(
    'that hides where it leads (%s) is refused',
    async (url) => {
      expect(await accepted(url)).toMatchObject({ kind: 'refused', field: 'url' });
    },
  );

  it.each([
    ...['https://example.com/hook', 'http://127.0.0.1:4000/v1/webhook-receiver', 'http://localhost:4000/'],
    ...['http://0x7f.1:4000/', 'https://10.20.30.40:8443/', 'http://crm.internal:8080/'],
  ])('that is public, or allowed by the operator (%s), is taken', async (url) => {
    expect(await accepted(url)).toEqual({ kind: 'accepted', settings: webhookTo(new URL(url).href) });
  });
});
