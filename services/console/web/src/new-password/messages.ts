import { messages } from '../language/messages.ts';

/** Texts of the fields for a new password and the one it replaces. */
export const newPasswordMessages = messages(
  {
    current: 'Current password',
    currentWrong: 'This is not your current password.',
    newPassword: 'New password',
    help: {
      one: 'At least # character. A few words that have nothing to do with each other work well.',
      other: 'At least # characters. A few words that have nothing to do with each other work well.',
    },
    tooShort: { one: 'Use at least # character.', other: 'Use at least # characters.' },
    tooLong: { one: 'Use at most # character.', other: 'Use at most # characters.' },
    same: 'This is your current password. Choose another one.',
    weak: 'This password is easy to guess. Add more words, and leave out names, dates, keyboard patterns and your email.',
  },
  {
    current: 'Contraseña actual',
    currentWrong: 'Esta no es su contraseña actual.',
    newPassword: 'Contraseña nueva',
    help: {
      one: 'Al menos # carácter. Van bien unas cuantas palabras que no tengan nada que ver entre sí.',
      other: 'Al menos # caracteres. Van bien unas cuantas palabras que no tengan nada que ver entre sí.',
    },
    tooShort: { one: 'Use al menos # carácter.', other: 'Use al menos # caracteres.' },
    tooLong: { one: 'Use como máximo # carácter.', other: 'Use como máximo # caracteres.' },
    same: 'Esta es su contraseña actual. Elija otra.',
    weak: 'Esta contraseña es fácil de adivinar. Añada más palabras y evite nombres, fechas, teclas seguidas y su correo.',
  },
);
