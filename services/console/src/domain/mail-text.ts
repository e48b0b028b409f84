/** Languages of mails: those of the pages. */
export type MailLanguage = 'en' | 'es';

/**
 * What became of a mail: the mail server took it; it could not be sent; the mail server has not answered yet; or none is set up.
 */
export const MAIL_OUTCOMES = ['sent', 'failed', 'pending', 'off'] as const;

/** One of them. */
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

/** What a mail says. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** The first language of an `Accept-Language` header that mails come in; English if it names none. */
export function mailLanguageOf(header: string | undefined): MailLanguage {
  const wanted = (header ?? '').slice(0, 200).split(',');
  const first = wanted.map((one) => one.trim().slice(0, 2).toLowerCase()).find((one) => one === 'en' || one === 'es');
  return first === 'es' ? 'es' : 'en';
}

/** Invites somebody. It says who did it only in general, so that nobody can put words of their own into a mail. */
export function invitationMail(url: string, days: number, language: MailLanguage): MailText {
  if (language === 'es')
    return {
      subject: 'Le han invitado a Hilo',
      text: [
        'Un administrador le ha invitado a Hilo. Para aceptar la invitación, abra este enlace y elija una contraseña:',
        url,
        `El enlace sirve una sola vez y caduca en ${days} días.`,
        'Si no esperaba esta invitación, no tiene que hacer nada.',
      ].join('\n\n'),
    };
  return {
    subject: 'You are invited to Hilo',
    text: [
      'An administrator has invited you to Hilo. To accept, open this link and choose a password:',
      url,
      `The link works once, for ${days} days.`,
      'If you did not expect this invitation, you do not have to do anything.',
    ].join('\n\n'),
  };
}

/** Sends the link with which a person sets a new password. */
export function resetMail(url: string, language: MailLanguage): MailText {
  if (language === 'es')
    return {
      subject: 'Restablezca su contraseña de Hilo',
      text: [
        'Alguien ha pedido restablecer la contraseña de su cuenta de Hilo. Para elegir una nueva, abra este enlace:',
        url,
        'El enlace sirve una sola vez y caduca en una hora.',
        'Si no lo ha pedido usted, no tiene que hacer nada: su contraseña sigue siendo la misma.',
      ].join('\n\n'),
    };
  return {
    subject: 'Reset your Hilo password',
    text: [
      'Somebody asked to reset the password of your Hilo account. To choose a new one, open this link:',
      url,
      'The link works once, for one hour.',
      'If this was not you, you do not have to do anything: your password stays the same.',
    ].join('\n\n'),
  };
}
