import { afterAll, beforeAll, expect, it } from 'vitest';
import { ComposeStack } from './compose-stack.ts';
import { endToEnd } from './end-to-end.ts';

let stack: ComposeStack;
beforeAll(async () => {
  stack = await ComposeStack.open(['docker-compose.yml', 'docker-compose.secured.yml']);
  await stack.up(1);
  process.env.HILO_TEST_WEBHOOK_HOST = await stack.hostAddress();
}, 1_200_000);
afterAll(async () => {
  delete process.env.HILO_TEST_WEBHOOK_HOST;
  await stack?.close();
});

it('events become deliveries with a Kafka and a registry that let in only whom they know', async () => {
  expect(await endToEnd(stack.credentials, 'retry')).toBe(0);
});

it('nothing in any container runs as root', async () => {
  for (const [name, uids] of await stack.users()) expect(uids, name).not.toContain(0);
});

it('a service reaches the registry by its proxy alone, and Kafka with a password alone', async () => {
  const opens = (host: string, port: number) =>
    stack.compose('exec', '-T', 'identity', 'bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`).then(
      () => true,
      () => false,
    );
  expect(await opens('registry-proxy', 8443)).toBe(true);
  expect(await opens('registry', 8081)).toBe(false);
  const status = await fetch('http://127.0.0.1:4081/apis/ccompat/v7/subjects').then(
    ({ status: answered }) => answered,
    () => null,
  );
  expect(status).toBeNull();
});
