/** Program behind `npm test`, once everything is installed and built. Arguments filter the test files. */
import { runSteps, tool, vitest } from './steps.ts';

const filters = process.argv.slice(2);
const checks = [
  tool('format', 'biome', 'format', '.'),
  tool('lint', 'oxlint', '--type-aware', '--deny-warnings'),
  tool('dead exports', 'knip', '--no-progress'),
];
await runSteps([
  ...(filters.length === 0 ? checks : []),
  vitest('pieces', 'vitest.config.ts', '--passWithNoTests', ...filters),
  vitest('whole stack', 'test/whole-stack.vitest.config.ts', '--passWithNoTests', ...filters),
]);
