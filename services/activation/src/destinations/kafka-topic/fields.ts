import { object } from '@hilo/service/contract';
import type { Words } from '../fields.ts';

/** Settings of a Kafka topic. */
export const FIELDS = object(
  {
    topic: {
      type: 'string',
      title: 'Topic',
      description: 'A topic that exists in the Kafka that Hilo runs on, such as crm.segment-changes.',
      pattern: '^[a-zA-Z0-9._-]{1,249}$',
      wanted: 'the name of a topic: up to 249 letters, digits, ".", "_" and "-"',
    },
    headers: {
      type: 'array',
      title: 'Headers',
      description: 'Sent with each record, one on each line, such as “source: hilo”.',
      items: { type: 'string', pattern: '^[!-9;-~]{1,100}: .{0,500}$', wanted: 'a line such as "source: hilo"' },
      maxItems: 20,
      wanted: 'up to 20 lines such as "source: hilo"',
    },
  },
  ['headers'],
);

/** The same in Spanish. */
export const ES: Words<typeof FIELDS> = {
  title: 'Topic de Kafka',
  description: 'Escribe cada cambio en un topic de Kafka, con el perfil como clave.',
  fields: {
    topic: {
      title: 'Topic',
      description: 'Un topic que existe en el Kafka de Hilo, como crm.segment-changes.',
      wanted: 'el nombre de un topic: hasta 249 letras, cifras, «.», «_» y «-»',
    },
    headers: {
      title: 'Cabeceras',
      description: 'Se envían con cada registro, una en cada línea, como «source: hilo».',
      wanted: 'hasta 20 líneas como «source: hilo»',
    },
  },
};
