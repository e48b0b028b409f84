import fc from 'fast-check';

const digits = (most: number) =>
  fc
    .array(fc.constantFrom('0', '0', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '9'), {
      minLength: 1,
      maxLength: most,
    })
    .map((all) => all.join(''));

/** Any number as JSON may write it, long or short, with exponents that a rational number can still hold. */
export const anyNumeral: fc.Arbitrary<string> = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.constantFrom('1', '9'), fc.oneof(fc.constant(''), digits(24))).map((parts) => parts.join('')),
    ),
    fraction: fc.option(digits(24)),
    exponent: fc.option(
      fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.oneof(fc.nat(30).map(String), fc.nat(420).map(String))),
    ),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : exponent.join('')}`,
  );
