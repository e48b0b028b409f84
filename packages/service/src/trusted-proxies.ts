import { isIP } from 'node:net';
import type { Setting } from './environment.ts';

/**
 * Proxies whose `X-Forwarded-For` is trusted, addresses and networks (`10.1.0.0/16`), comma-separated, from
 * `HILO_TRUSTED_PROXIES`; `none` trusts nobody's. Whoever connects from one of these addresses can claim any client's address.
 */
export function trustedProxies(): Setting<readonly string[]> {
  return {
    variable: 'HILO_TRUSTED_PROXIES',
    fallback: 'none',
    read: (value) => {
      const entries = value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
      if (entries.length === 0) throw new Error('must be addresses or networks, or none');
      if (entries.length === 1 && entries[0] === 'none') return [];
      entries.forEach(refuseOther);
      return entries;
    },
  };
}

function refuseOther(entry: string, index: number): void {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  if (version === 0 || !isNetwork || more.length > 0)
    throw new Error(`has neither an address nor a network such as 10.1.0.0/16 as entry ${index + 1}`);
  if (bits !== undefined && Number(bits) === 0)
    throw new Error(`has every address as entry ${index + 1}: anybody could then claim to be anybody`);
}
