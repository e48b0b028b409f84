/**
 * Program `verify [SEGMENT]` (docs/operating.md#memberships-differ): compares memberships with the history and prints each difference.
 * Exits with 1 if there are any.
 */
import { readEnvironment, readOrExit, text, urls } from '@hilo/service';
import { askVerification } from './ask-verification.ts';

const [segment = null, ...others] = process.argv.slice(2);
if (others.length > 0) {
  process.stderr.write('usage: verify [SEGMENT], such as: verify regulars\n');
  process.exit(64);
}
const settings = readOrExit(() =>
  readEnvironment({
    segmentation: urls('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
    adminToken: text('HILO_ADMIN_TOKEN'),
  }),
);
try {
  const differences = await askVerification({ ...settings, segment }, (line) => process.stdout.write(`${line}\n`));
  process.exitCode = differences === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
