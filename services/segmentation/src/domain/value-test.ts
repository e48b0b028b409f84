import type { ValueTest } from './condition.ts';
import { anyAt, type Path } from './path.ts';

/** Tests a JSON document, such as a profile's traits or an event's properties. */
export type DocumentTest = (document: unknown) => boolean;

const anything = (): boolean => true;

/** The test of the value at the path, made ready. Missing values fail every test but `exists: false`. */
export function documentTest(path: Path, test: ValueTest): DocumentTest {
  if ('exists' in test) {
    const wanted = test.exists;
    return (document) => anyAt(document, path, anything) === wanted;
  }
  const passes = scalarTest(test);
  return (document) => anyAt(document, path, passes);
}

type ScalarTest = Exclude<ValueTest, { readonly exists: boolean }>;

/** Values are of the same kind or not equal: the text "5" is not the number 5, and no text is greater than a number. */
function scalarTest(test: ScalarTest): (value: unknown) => boolean {
  if ('eq' in test) return (value) => value === test.eq;
  if ('ne' in test) return (value) => value !== test.ne;
  if ('gt' in test) return (value) => typeof value === 'number' && value > test.gt;
  if ('gte' in test) return (value) => typeof value === 'number' && value >= test.gte;
  if ('lt' in test) return (value) => typeof value === 'number' && value < test.lt;
  if ('lte' in test) return (value) => typeof value === 'number' && value <= test.lte;
  const values = new Set<unknown>(test.oneOf);
  return (value) => values.has(value);
}
