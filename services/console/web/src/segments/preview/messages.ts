import { messages } from '../../language/messages.ts';

/** Texts on whom a condition would hold for. */
export const previewMessages = messages(
  {
    title: 'Preview',
    size: { one: '# person now', other: '# people now' },
    share: {
      one: (of: string, share: string) => `${share} of ${of} profile`,
      other: (of: string, share: string) => `${share} of ${of} profiles`,
    },
    counting: 'Counting…',
    sample: 'For example, with the conditions that hold:',
    overlap: 'Also members of other segments:',
    both: (both: string, share: string) => `${both} of them, ${share}`,
    warnings: 'Check these conditions:',
    noEvents: 'This event has never been seen.',
    neverSeen: (path: string) => `No value has been seen at “${path}”.`,
    otherKinds: (path: string, found: string, wanted: string) =>
      `“${path}” holds ${found}. Only ${wanted} can pass: values are never converted.`,
    severalCurrencies: (path: string, found: string) => `The amounts at “${path}” are in several currencies: ${found}.`,
    kind_text: 'texts',
    kind_number: 'numbers',
    kind_boolean: 'yes-or-no values',
    kind_object: 'objects',
    kind_other: 'other values',
    fate: {
      one: (n: string, stay: string, leave: string, enter: string) =>
        `${n} person is in: ${stay} would stay, ${leave} would leave, ${enter} would enter.`,
      other: (n: string, stay: string, leave: string, enter: string) =>
        `${n} people are in: ${stay} would stay, ${leave} would leave, ${enter} would enter.`,
    },
    fateNote: 'Counted over everything that has happened so far; people whose events arrive meanwhile may differ.',
  },
  {
    title: 'Vista previa',
    size: { one: '# persona ahora', other: '# personas ahora' },
    share: {
      one: (of, share) => `${share} de ${of} perfil`,
      other: (of, share) => `${share} de ${of} perfiles`,
    },
    counting: 'Contando…',
    sample: 'Por ejemplo, con las condiciones que se cumplen:',
    overlap: 'También son miembros de otros segmentos:',
    both: (both, share) => `${both} de ellas, ${share}`,
    warnings: 'Revisa estas condiciones:',
    noEvents: 'Este evento no se ha visto nunca.',
    neverSeen: (path) => `No se ha visto ningún valor en «${path}».`,
    otherKinds: (path, found, wanted) =>
      `«${path}» contiene ${found}. Solo pueden cumplirla ${wanted}: los valores nunca se convierten.`,
    severalCurrencies: (path, found) => `Los importes de «${path}» están en varias monedas: ${found}.`,
    kind_text: 'textos',
    kind_number: 'números',
    kind_boolean: 'valores sí o no',
    kind_object: 'objetos',
    kind_other: 'otros valores',
    fate: {
      one: (n, stay, leave, enter) => `Hay ${n} persona: ${stay} se quedaría, ${leave} saldría, ${enter} entrarían.`,
      other: (n, stay, leave, enter) =>
        `Hay ${n} personas: ${stay} se quedarían, ${leave} saldrían, ${enter} entrarían.`,
    },
    fateNote: 'Contado sobre todo lo que ha pasado hasta ahora; puede variar para quienes envíen eventos entretanto.',
  },
);
