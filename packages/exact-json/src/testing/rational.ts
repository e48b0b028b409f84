/** A number as a fraction of integers, in lowest terms of ten: an independent way to compute the value under test. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The value of a numeral. */
export function valueOf(numeral: string): Rational {
  const [mantissa = '', exponent = '0'] = numeral.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let numerator = BigInt(whole.replace('-', '') + fraction) * (whole.startsWith('-') ? -1n : 1n);
  let denominator = 10n ** BigInt(fraction.length);
  const power = Number(exponent);
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  if (numerator === 0n) return { numerator: 0n, denominator: 1n };
  while (denominator > 1n && numerator % 10n === 0n) {
    numerator /= 10n;
    denominator /= 10n;
  }
  return { numerator, denominator };
}

/** Negative if the first is smaller. */
export function compareRationals(a: Rational, b: Rational): -1 | 0 | 1 {
  const [left, right] = [a.numerator * b.denominator, b.numerator * a.denominator];
  return left < right ? -1 : left > right ? 1 : 0;
}
