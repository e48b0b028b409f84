import type { SourceFile } from '../house-rules.ts';

interface Rule {
  readonly breach: string;
  /** Paths the rule holds for. */
  readonly where: (path: string) => boolean;
  readonly forbids: RegExp;
}

const inPages = (path: string) => path.startsWith('services/console/web/src/');
const isServer = (path: string) =>
  /^(schemas|packages|services)\//.test(path) && !path.startsWith('services/console/web/');
const isProduct = (path: string) => /^(schemas|packages|services|infra)\//.test(path);

/** Remembers the language; the component library remembers the colours. */
const MAY_REMEMBER = 'services/console/web/src/language/language.tsx';

/** The one field for passwords. */
const PASSWORD_FIELD = 'services/console/web/src/elements/password-field.tsx';

/** What code of the product never does, because of what a stranger could make of it. */
const RULES: readonly Rule[] = [
  {
    breach: 'pages show text as text: nothing makes markup from it',
    where: inPages,
    forbids:
      /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|srcDoc|srcdoc)\b|\bdocument\.write/,
  },
  {
    breach: 'pages neither send messages to other windows nor listen to them',
    where: inPages,
    forbids: /\bpostMessage\(|addEventListener\(\s*'message'|\bonmessage = .*\bwindow\b/,
  },
  {
    breach: 'a browser remembers the language and the colours, and nothing else',
    where: (path) => inPages(path) && path !== MAY_REMEMBER,
    forbids: /\b(localStorage|sessionStorage|indexedDB)\b|\bdocument\.cookie\b|\bcaches\.open\(/,
  },
  {
    breach: 'a password is masked as it is typed, and comes from a password manager or a paste as well',
    where: (path) => inPages(path) && path !== PASSWORD_FIELD,
    forbids: /<PasswordInput\b|type="password"|\bonPaste\b|<PasswordField(?:(?!autoComplete=|\/>)[^])*\/>/,
  },
  {
    breach: 'pages take nothing from another site',
    where: inPages,
    forbids: /\b(src|href|action)=["{]?["'`]https?:\/\/|\bnew (WebSocket|EventSource)\(\s*['"`]\w+:\/\//,
  },
  {
    breach: 'no code is made from text',
    where: isProduct,
    forbids: /\beval\(|\bnew Function\(|['"](node:)?vm['"]|\bset(Timeout|Interval)\(\s*['"`]/,
  },
  {
    breach: 'services start no processes',
    // What tests alone use makes certificates with openssl.
    where: (path) => isServer(path) && !path.includes('/testing/'),
    forbids: /['"](node:)?(child_process|cluster|worker_threads)['"]/,
  },
  {
    breach: 'a program is started with a list of arguments, never by a shell',
    where: isProduct,
    forbids: /\bshell: true\b|(?<![.\w])(exec|execSync)\(/,
  },
  {
    breach: 'what must not be guessed comes from node:crypto',
    where: isProduct,
    forbids: /\bMath\.random\(|\bpseudoRandomBytes\b/,
  },
  {
    breach: 'certificates are checked, by TLS 1.2 or later, and requests are read strictly',
    // The stand-in for ClickHouse's own TLS lets clients show no certificate, and checks what they show itself.
    where: (path) => isProduct(path) && path !== 'infra/docker/base/clickhouse-front.ts',
    forbids:
      /\brejectUnauthorized: false\b|NODE_TLS_REJECT_UNAUTHORIZED|\b(min|max)Version: 'TLSv1(\.1)?'|insecureHTTPParser: true/,
  },
  {
    breach: 'a call between services follows no redirect',
    where: (path) => isServer(path) && !/\/testing\/|\.test\.ts$|^packages\/streaming\//.test(path),
    forbids: /(?<![#.\w])fetch\((?:(?!\bredirect: '(?:error|manual)')[^;])*;/,
  },
  {
    breach: 'a log message is a constant text: what was sent to Hilo is no part of it',
    where: isServer,
    forbids: /\blogger\.(debug|info|warn|error)\((?:[^;'`]|'[^'\n]*')*`[^`]*\$\{/,
  },
  {
    breach: 'no XML, YAML or serialised object is read',
    where: isServer,
    forbids: /\bDOMParser\b|['"](xml2js|fast-xml-parser|libxmljs2?|js-yaml|yaml|node:v8|v8|node-serialize)['"]/,
  },
];

/** What in a file breaks a rule for safe code: `<path>: <rule>` for each. */
export function unsafeIn({ path, text }: SourceFile): string[] {
  return RULES.filter((rule) => rule.where(path) && rule.forbids.test(text)).map((rule) => `${path}: ${rule.breach}`);
}
