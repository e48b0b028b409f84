/** By which column a list is sorted, and which way. */
export interface Order {
  readonly key: string;
  readonly descending: boolean;
}

/** What items are sorted by; null comes last, whichever way. */
export type SortValue = string | number | null;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Whether a text has every word that is searched, whatever their case and accents. */
export function fits(text: string, search: string): boolean {
  const plain = plainOf(text);
  return plainOf(search)
    .split(/\s+/)
    .every((word) => plain.includes(word));
}

/** The items in the order of a value of theirs; those with equal values keep their order. */
export function ordered<T>(items: readonly T[], valueOf: (item: T) => SortValue, descending: boolean): readonly T[] {
  return items.toSorted((a, b) => {
    const [first, second] = [valueOf(a), valueOf(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return descending ? compared(second, first) : compared(first, second);
  });
}

function compared(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

function plainOf(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .trim();
}
