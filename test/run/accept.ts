/**
 * Program behind `npm run accept`: one test for each line of acceptance, some of them long. Arguments filter the files.
 */
import { runSteps, vitest } from './steps.ts';

const filters = process.argv.slice(2);
await runSteps([
  vitest('browser', 'test/browser.vitest.config.ts', '--passWithNoTests', ...filters),
  vitest('acceptance', 'test/accept.vitest.config.ts', '--passWithNoTests', ...filters),
]);
