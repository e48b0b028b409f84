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
    fate: {
      one: (n, stay, leave, enter) => `Hay ${n} persona: ${stay} se quedaría, ${leave} saldría, ${enter} entrarían.`,
      other: (n, stay, leave, enter) =>
        `Hay ${n} personas: ${stay} se quedarían, ${leave} saldrían, ${enter} entrarían.`,
    },
    fateNote: 'Contado sobre todo lo que ha pasado hasta ahora; puede variar para quienes envíen eventos entretanto.',
  },
);
