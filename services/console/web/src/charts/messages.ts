import { messages } from '../language/messages.ts';

/** Texts of charts. */
export const chartMessages = messages(
  { zone: (name: string) => `Times in ${name}` },
  { zone: (name: string) => `Horas de ${name}` },
);
