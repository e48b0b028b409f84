import type { Condition } from '../condition.ts';
import { leavesOf } from './asks.ts';

/** Keys of the segments that the condition names with `in`. */
export function segmentsNamed(condition: Condition): readonly string[] {
  return leavesOf(condition).flatMap((leaf) => ('in' in leaf ? [leaf.in] : []));
}

/**
 * The keys of segments that name each other in a circle, in its order, the first one again at the end; null if there is no
 * circle. Names of segments that do not exist lead nowhere.
 */
export function circleOf(conditions: ReadonlyMap<string, Condition>): readonly string[] | null {
  const order = new DependencyOrder(conditions);
  return order.circle;
}

/** The keys, each after those that it names with `in`. Throws a `RangeError` if they name each other in a circle. */
export function inDependencyOrder(conditions: ReadonlyMap<string, Condition>): readonly string[] {
  const { circle, keys } = new DependencyOrder(conditions);
  if (circle !== null) throw new RangeError(`segments name each other in a circle: ${circle.join(' → ')}`);
  return keys;
}

/** Walks the segments depth first. */
class DependencyOrder {
  readonly keys: string[] = [];
  circle: readonly string[] | null = null;
  readonly #conditions: ReadonlyMap<string, Condition>;
  readonly #done = new Set<string>();
  readonly #path: string[] = [];

  constructor(conditions: ReadonlyMap<string, Condition>) {
    this.#conditions = conditions;
    for (const key of conditions.keys()) this.#visit(key);
  }

  #visit(key: string): void {
    const condition = this.#conditions.get(key);
    if (condition === undefined || this.#done.has(key) || this.circle !== null) return;
    const begins = this.#path.indexOf(key);
    if (begins >= 0) {
      this.circle = [...this.#path.slice(begins), key];
      return;
    }
    this.#path.push(key);
    for (const named of segmentsNamed(condition)) this.#visit(named);
    this.#path.pop();
    this.#done.add(key);
    this.keys.push(key);
  }
}
