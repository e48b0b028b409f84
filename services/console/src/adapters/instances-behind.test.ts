import { expect, it } from 'vitest';
import { instancesBehind } from './instances-behind.ts';

it('a name with several addresses stands for as many instances, in a stable order', async () => {
  const resolve = async () => ['10.0.0.7', '10.0.0.5'];
  expect(await instancesBehind('http://ingestion:4001', resolve)).toEqual([
    'http://10.0.0.5:4001',
    'http://10.0.0.7:4001',
  ]);
});

it('a name with one address, or one that is not known, stays as it is', async () => {
  expect(await instancesBehind('http://ingestion:4001', async () => ['10.0.0.5'])).toEqual(['http://ingestion:4001']);
  const unknown = async () => Promise.reject(new Error('ENOTFOUND'));
  expect(await instancesBehind('http://ingestion:4001', unknown)).toEqual(['http://ingestion:4001']);
  expect(await instancesBehind('http://127.0.0.1:4001')).toEqual(['http://127.0.0.1:4001']);
});
