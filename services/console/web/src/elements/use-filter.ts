import { useLocation, useSearchParams } from 'react-router';
import { typedIn } from './typed-texts.ts';

/** A page's filter: the text of each field, and how to change some of them; an empty text is none. */
export interface Filter<Field extends string> {
  /** Another for each filter: what was typed but not yet chosen begins anew with it. */
  readonly key: string;
  /** Whether any field has a text. */
  readonly isGiven: boolean;
  valueOf(field: Field): string;
  choose(texts: Readonly<Partial<Record<Field, string>>>): void;
}

/**
 * Keeps a page's filter with the page in the browser's history, so that "Back" and reloading bring it back. Fields `inAddress`
 * stand in the page's address, to be passed on. Those `besideIt` may name people: the browser keeps them to itself, because
 * addresses get into logs.
 */
export function useFilter<Field extends string>(
  inAddress: readonly Field[],
  besideIt: readonly Field[],
  { replace }: { readonly replace: boolean } = { replace: true },
): Filter<Field> {
  const [parameters, setParameters] = useSearchParams();
  const { state } = useLocation();
  const typed = typedIn(state);
  const valueOf = (field: Field): string => (besideIt.includes(field) ? typed[field] : parameters.get(field)) ?? '';
  const all = [...inAddress, ...besideIt];
  return {
    key: JSON.stringify(all.map(valueOf)),
    isGiven: all.some((field) => valueOf(field) !== ''),
    valueOf,
    choose: (texts) => {
      const given = (fields: readonly Field[]) =>
        Object.fromEntries(
          fields.map((field) => [field, texts[field] ?? valueOf(field)]).filter(([, text]) => text !== ''),
        ) as Record<string, string>;
      setParameters(given(inAddress), { replace, state: { typed: given(besideIt) } });
    },
  };
}
