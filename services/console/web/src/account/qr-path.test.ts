import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { type QrPath, qrPath } from './qr-path.ts';

const PIXELS = 4;

/** The picture as a camera sees it: four bytes for each pixel. */
function seen({ size, path }: QrPath): Uint8ClampedArray {
  const width = size * PIXELS;
  const picture = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let row = 0; row < PIXELS; row += 1)
      for (let column = 0; column < PIXELS; column += 1) {
        const pixel = (Number(y) * PIXELS + row) * width + Number(x) * PIXELS + column;
        picture.fill(0, pixel * 4, pixel * 4 + 3);
      }
  return picture;
}

it.each([
  'otpauth://totp/Hilo:ann%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Hilo&algorithm=SHA1&digits=6&period=30',
  `otpauth://totp/Hilo:${'a'.repeat(254)}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Hilo`,
])('a reader reads %s', (text) => {
  const code = qrPath(text);
  const width = code.size * PIXELS;
  expect(jsQR(seen(code), width, width)?.data).toBe(text);
});
