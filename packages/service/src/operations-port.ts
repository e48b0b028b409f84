/** How far above an instance's own port its operations port is, unless the environment names another. */
export const OPERATIONS_PORT_OFFSET = 200;

/** Where the instance at an address serves its operators, if it uses the usual port. Throws if the address is no URL. */
export function operationsUrl(base: string): string {
  const url = new URL(base);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  url.port = String(port + OPERATIONS_PORT_OFFSET);
  return url.href.replace(/\/$/, '');
}
