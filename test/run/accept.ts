/** Program behind `npm run accept`: one test for each line of acceptance, some of them long. Arguments filter the files. */
import { runSteps, vitest } from './steps.ts';

await runSteps([vitest('acceptance', 'test/accept.vitest.config.ts', ...process.argv.slice(2))]);
