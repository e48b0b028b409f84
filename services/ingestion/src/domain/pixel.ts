/** The smallest image that browsers show: one transparent dot, a GIF of 43 bytes. */
export const PIXEL: Buffer = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

/** Parameters of a pixel that are not part of its event. */
const NOT_OF_EVENT = new Set(['data', 'writeKey']);
/** Deepest nesting in the names of parameters: `context.page.url`. */
const DEEPEST_NAME = 5;

/**
 * The JSON of the event in a pixel's address: in `data`, in base64 of either alphabet, as in Segment's API; or one text
 * parameter for each field, with dots for nesting, as in RudderStack's.
 */
export function pixelBody(query: Readonly<Record<string, unknown>>): Buffer {
  const { data } = query;
  // An unescaped plus counts as a space.
  if (typeof data === 'string' && data !== '') return Buffer.from(data.replaceAll(' ', '+'), 'base64');
  const event = emptyFields();
  for (const [name, value] of Object.entries(query))
    if (!NOT_OF_EVENT.has(name) && typeof value === 'string') put(event, name.split('.'), value);
  return Buffer.from(JSON.stringify(event));
}

function put(event: Record<string, unknown>, path: readonly string[], value: string): void {
  const names = path.length > DEEPEST_NAME ? [path.join('.')] : path;
  let fields = event;
  for (const name of names.slice(0, -1)) {
    const inside = fields[name];
    const next = typeof inside === 'object' && inside !== null ? (inside as Record<string, unknown>) : emptyFields();
    fields[name] = next;
    fields = next;
  }
  fields[names.at(-1) ?? ''] = value;
}

/** Without a prototype, so that every name is an ordinary one. */
function emptyFields(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
