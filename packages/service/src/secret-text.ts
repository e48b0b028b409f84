/** Stands in for a secret. */
export const REDACTED = '[redacted]';

const NAME = String.raw`[\w$-]{0,64}(?:secret|password|token|write[_-]?key|api[_-]?key|private[_-]?key|authorization|credentials?)`;

/** A name and its value in JSON text, even if the text was cut off. */
const PAIR = new RegExp(String.raw`("${NAME}"\s*:\s*)(?:"(?:[^"\\]|\\[^])*(?:"|\\?$)|-?\d[\d.eE+-]*)`, 'gi');

/** The same in JSON inside JSON, where quotes are escaped. */
const INNER_PAIR = new RegExp(String.raw`((\\+)"${NAME}\2"\s*:\s*\2")(?:(?!\2")[^])*`, 'gi');

/** A parameter of a URL or of a form. */
const PARAMETER = new RegExp(String.raw`((?:^|[?&;\s])${NAME}=)[^&\s"'#\\]+`, 'gi');

/** The user information of a URL, before `@`. */
const USER_INFO = /(\/\/)[^\s/@"'\\]{1,200}(?=@)/g;

/** The credentials of HTTP's Authorization header. */
const SCHEME = /\b(Basic|Bearer) +[\w+/=.~-]{8,}/gi;

/** Keys and tokens that Hilo makes, recognised by their prefixes. */
const OWN_KEYS = /\b(?:wk_[\w-]{8,}|whsec_[\w-]{8,}|at_[\w-]{24,}|hilo_[\w-]{40,})/g;

const MAY_HOLD = /secret|password|token|key|authorization|credential|basic|bearer|@|wk_|whsec_|at_|hilo_/i;

/**
 * Replaces everything in a text that looks like a secret: values of JSON or of a URL whose names say so, HTTP
 * credentials, and Hilo's own keys. For raw bodies that are shown as text; linear in their length.
 */
export function textWithoutSecrets(text: string): string {
  if (!MAY_HOLD.test(text)) return text;
  return text
    .replace(PAIR, `$1"${REDACTED}"`)
    .replace(INNER_PAIR, `$1${REDACTED}`)
    .replace(PARAMETER, `$1${REDACTED}`)
    .replace(USER_INFO, `$1${REDACTED}`)
    .replace(SCHEME, `$1 ${REDACTED}`)
    .replace(OWN_KEYS, REDACTED);
}
