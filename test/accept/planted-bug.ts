import { registerHooks } from 'node:module';

/**
 * Loaded into a service's process before its own code (`node --import`): a bug that no release has. The logic of the
 * service's stage fails for each record that contains the text of HILO_TEST_BUG, after it has folded the record.
 */
const WORD = process.env['HILO_TEST_BUG'];

/** For each stage, the module with its logic, and its export: the logic itself, or what makes it. */
const LOGICS: readonly (readonly [module: string, name: string])[] = [
  ['/services/ingestion/dist/processors/accept-events.js', 'acceptEvents'],
  ['/services/identity/dist/processors/identify.js', 'identify'],
  ['/services/profile/dist/processors/keep-profile.js', 'KEEP_PROFILE'],
  ['/services/segmentation/dist/processors/decide-membership.js', 'decideMembership'],
  ['/services/activation/dist/processors/deliver.js', 'deliver'],
  ['/services/history/dist/processors/record-history.js', 'recordHistory'],
];
const REAL = '?without-the-bug';

type Fold = (...args: readonly unknown[]) => unknown;
type Logic = Readonly<Record<string, unknown>>;

/** The logic, or what makes it, with the bug. */
export function withBug(real: Logic | ((...args: readonly unknown[]) => Logic)): unknown {
  if (typeof real === 'function') return (...args: readonly unknown[]) => withBug(real(...args));
  const { apply, rows } = real;
  return {
    ...real,
    ...(isFold(apply) ? { apply: failing(apply, 1) } : {}),
    ...(isFold(rows) ? { rows: failing(rows, 0) } : {}),
  };
}

function isFold(part: unknown): part is Fold {
  return typeof part === 'function';
}

/** The fold, which fails if the word is in the input, its argument of that number. */
function failing(fold: Fold, of: number): Fold {
  return (...args) => {
    const folded = fold(...args);
    const input = args[of] as { readonly kind?: string; readonly value?: object };
    if (WORD !== undefined && input.kind === 'record' && JSON.stringify(input.value).includes(WORD))
      throw new TypeError('a planted bug');
    return folded;
  };
}

registerHooks({
  load: (url, context, next) => {
    const [, name] = LOGICS.find(([module]) => url.endsWith(module)) ?? [];
    if (name === undefined) return next(url, context);
    const real = JSON.stringify(`${url}${REAL}`);
    const source = `
      import { withBug } from ${JSON.stringify(import.meta.url)};
      import { ${name} as real } from ${real};
      export * from ${real};
      export const ${name} = withBug(real);`;
    return { format: 'module', shortCircuit: true, source };
  },
});
