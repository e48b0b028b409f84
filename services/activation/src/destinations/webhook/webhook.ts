import { destinationType } from '../destination-type.ts';
import { isRefusedUrl, judgeAddress, readHttpUrl } from './address.ts';
import { ES, FIELDS } from './fields.ts';
import { type CallDependencies, WebhookCalls } from './perform.ts';

/** Posts each change to a URL, signed. */
export const webhook = destinationType({
  key: 'webhook',
  title: 'Webhook',
  description: 'Posts each change, signed, to an address of yours.',
  fields: FIELDS,
  generated: { secret: 'whsec_' },
  es: ES,
  open: ({ allowedNetworks, requiresTls, timeoutMs, concurrency }) => {
    const judge: CallDependencies['judge'] = (address, endpoint) => judgeAddress(address, endpoint, allowedNetworks);
    const calls = new WebhookCalls({ judge, requiresTls, timeoutMs, concurrency });
    return {
      accept: async (settings) => {
        const url = readHttpUrl(settings.url);
        if (url === null) return { kind: 'refused', field: 'url', detail: `must be ${FIELDS.properties.url.wanted}` };
        if (isRefusedUrl(url, allowedNetworks)) return { kind: 'refused', field: 'url', detail: NOT_PUBLIC };
        return { kind: 'accepted', settings: { ...settings, url } };
      },
      perform: (attempt) => calls.perform(attempt),
      close: () => calls.close(),
    };
  },
});

const NOT_PUBLIC =
  'must lead to a public address. This one is loopback, private, link-local or reserved. Whoever runs Hilo can allow a host ' +
  'or network inside with HILO_ACTIVATION_ALLOWED_NETWORKS';
