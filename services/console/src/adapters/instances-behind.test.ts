import { expect, it } from 'vitest';
import { instancesBehind } from './instances-behind.ts';

it('a name with several addresses stands for as many instances, in a stable order', async () => {
  const resolve = async () => ['10.0.0.7', '10.0.0.5'];
  expect(await instancesBehind('http://ingestion:4001', resolve)).toEqual([
    { url: 'http://ingestion:4001', address: '10.0.0.5' },
    { url: 'http://ingestion:4001', address: '10.0.0.7' },
  ]);
});

it('a name with one address, or one that is not known, stays as it is', async () => {
  const one = [{ url: 'http://ingestion:4001', address: null }];
  expect(await instancesBehind('http://ingestion:4001', async () => ['10.0.0.5'])).toEqual(one);
  const unknown = async () => Promise.reject(new Error('ENOTFOUND'));
  expect(await instancesBehind('http://ingestion:4001', unknown)).toEqual(one);
  expect(await instancesBehind('http://127.0.0.1:4001')).toEqual([{ url: 'http://127.0.0.1:4001', address: null }]);
});
