import { object } from '@hilo/service/contract';
import type { Words } from '../fields.ts';

const SIGNED = 'X-Hilo-Signature: t=…,v1=hex(HMAC-SHA256(secret, t + "." + body))';

/** Settings of a webhook. */
export const FIELDS = object({
  url: {
    type: 'string',
    format: 'uri',
    title: 'Address',
    description: 'Where each change is posted, such as https://crm.example.com/hilo.',
    maxLength: 2_000,
    wanted: 'an http or https URL of up to 2,000 characters, without user, password or fragment',
  },
  secret: {
    type: 'string',
    writeOnly: true,
    title: 'Secret',
    description: `Signs each call: ${SIGNED}.`,
    pattern: '^[\\x21-\\x7e]{16,200}$',
    wanted: 'a text of 16 to 200 characters without spaces',
  },
});

/** The same in Spanish. */
export const ES: Words<typeof FIELDS> = {
  title: 'Webhook',
  description: 'Envía cada cambio, firmado, a una dirección suya.',
  fields: {
    url: {
      title: 'Dirección',
      description: 'Adonde se envía cada cambio, como https://crm.example.com/hilo.',
      wanted: 'una URL http o https de hasta 2.000 caracteres, sin usuario, contraseña ni fragmento',
    },
    secret: {
      title: 'Secreto',
      description: `Firma cada llamada: ${SIGNED}.`,
      wanted: 'un texto de 16 a 200 caracteres sin espacios',
    },
  },
};
