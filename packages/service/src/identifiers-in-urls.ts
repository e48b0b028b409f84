import { oneOf, type Setting } from './environment.ts';

/** Whether calls whose address holds an identifier of a person are answered, as other products' clients make them. */
export type IdentifiersInUrls = 'allowed' | 'refused';

/**
 * `HILO_IDENTIFIERS_IN_URLS`. Proxies and browsers keep addresses in their logs; `refused` turns off the two ways in of other
 * products' clients that put identifiers there: Segment's paths of the Profile API, and the tracking pixel.
 */
export function identifiersInUrls(): Setting<IdentifiersInUrls> {
  return oneOf('HILO_IDENTIFIERS_IN_URLS', ['allowed', 'refused'], 'allowed');
}
