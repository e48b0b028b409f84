/**
 * Program `time release STAGE PARTITION` (docs/operating.md#people-wait-to-leave-by-time): people leave by time without
 * waiting for a partition that stands still, until it moves. Asks the segmentation service, which records the change.
 */
import { readEnvironment, readOrExit, text, urls } from '@hilo/service';
import { askRelease } from './ask-release.ts';

const [word, stage, partition, ...others] = process.argv.slice(2);
if (word !== 'release' || stage === undefined || partition === undefined || others.length > 0) {
  process.stderr.write('usage: time release STAGE PARTITION, such as: time release identity 3\n');
  process.exit(64);
}
const settings = readOrExit(() =>
  readEnvironment({
    segmentation: urls('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
    adminToken: text('HILO_ADMIN_TOKEN'),
  }),
);
try {
  process.stdout.write(`${await askRelease({ ...settings, stage, partition })}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
