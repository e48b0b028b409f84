import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Makes sure that the engine has these images: pulls them, or, if no registry is reachable, builds all from packages.
 */
export async function haveImages(images: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = { cwd: ROOT, env, maxBuffer: OUTPUT_BYTES_MAX };
  const works = (...args: string[]) =>
    run('docker', args, options).then(
      () => true,
      () => false,
    );
  for (const image of images) {
    if ((await works('image', 'inspect', image)) || (await works('pull', '--quiet', image))) continue;
    await run('infra/docker/build-base-images.sh', [], options);
    return;
  }
}
