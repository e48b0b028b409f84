import { isFields, parseJson } from './parse-json.ts';

/**
 * The traits that an identify call sets: those of its context, as RudderStack's SDKs send them, below its own. Each is
 * a JSON text of an object, or null. In other calls, the context's traits only describe the user and set nothing.
 */
export function identifyTraits(traits: string | null, context: string | null): string | null {
  if (context === null || !(context.includes('"traits"') || context.includes('\\u'))) return traits;
  const value = parseJson(context);
  const described = isFields(value) ? value['traits'] : undefined;
  if (!isFields(described) || Object.keys(described).length === 0) return traits;
  if (traits === null) return JSON.stringify(described);
  const own = parseJson(traits);
  return isFields(own) ? JSON.stringify({ ...described, ...own }) : traits;
}
