import { encode } from 'uqr';

/** Modules of light around the code, which readers need to find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** A QR code to draw: each dark module is one unit wide. */
export interface QrPath {
  /** Units from edge to edge, with the light around. */
  readonly size: number;
  /** The dark modules, as the `d` of an SVG path. */
  readonly path: string;
}

/** The QR code of a text; made here, so that nobody else sees the text. */
export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  return { size, path: data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('') };
}
