import { messages } from '../language/messages.ts';

/** Texts of the sign-in page. */
export const signInMessages = messages(
  {
    title: 'Sign in',
    welcome: 'Hilo’s console',
    email: 'Email',
    password: 'Password',
    signIn: 'Sign in',
    wrong: 'Email or password is wrong.',
    wrongHelp:
      'Check capital letters. The first administrator’s password was shown when Hilo first started; an administrator can give you a new one under Team.',
    tooMany: 'Too many attempts.',
    tooManyHelp: 'Wait a minute, then try again.',
    needEmail: 'Type your email.',
    needPassword: 'Type your password.',
  },
  {
    title: 'Iniciar sesión',
    welcome: 'La consola de Hilo',
    email: 'Correo electrónico',
    password: 'Contraseña',
    signIn: 'Iniciar sesión',
    wrong: 'El correo o la contraseña no son correctos.',
    wrongHelp:
      'Fíjese en las mayúsculas. La contraseña del primer administrador se mostró cuando Hilo arrancó por primera vez; un administrador puede darle una nueva en Equipo.',
    tooMany: 'Demasiados intentos.',
    tooManyHelp: 'Espere un minuto y vuelva a intentarlo.',
    needEmail: 'Escriba su correo.',
    needPassword: 'Escriba su contraseña.',
  },
);
