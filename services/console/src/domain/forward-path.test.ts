import { describe, expect, it } from 'vitest';
import { forwardPath } from './forward-path.ts';

describe('forwarding', () => {
  it.each([
    ['/api/segmentation/v1/segments', 'segmentation', '/v1/segments', 'segmentation/v1/segments'],
    [
      '/api/segmentation/v1/segments?limit=2&cursor=a%20b',
      'segmentation',
      '/v1/segments?limit=2&cursor=a%20b',
      'segmentation/v1/segments',
    ],
    [
      '/api/identity/v1/identifiers/email:a%2Fb@c.d',
      'identity',
      '/v1/identifiers/email:a%2Fb@c.d',
      'identity/v1/identifiers/email:a%2Fb@c.d',
    ],
    ['/api/ingestion/v1/sources/track', 'ingestion', '/v1/sources/track', 'ingestion/v1/sources/track'],
    ['/api/profile/v1/track', 'profile', '/v1/track', 'profile/v1/track'],
    ['/api/history/v1/x?next=/../..', 'history', '/v1/x?next=/../..', 'history/v1/x'],
  ])('sends %s on', (address, service, path, target) => {
    expect(forwardPath(address)).toEqual({ service, path, target });
  });

  it.each([
    '/api/console/v1/x',
    '/api/kafka/v1/x',
    '/api/Segmentation/v1/segments',
    '/api/%73egmentation/v1/segments',
    '/api/segmentation/v2/segments',
    '/api/segmentation/metrics',
    '/api/segmentation/v1/',
    '/api/segmentation/v1/../metrics',
    '/api/segmentation/v1/%2e%2e/metrics',
    '/api/segmentation/v1/.%2E/metrics',
    '/api/segmentation/v1/x/../y',
    '/api/segmentation/v1/\\..\\..\\metrics',
    '/api/segmentation/v1/x#y',
  ])('does not send %s on', (address) => {
    expect(forwardPath(address)).toBeNull();
  });

  it.each([
    ...['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge', 'batch', 'import', 't', 'b', 'm'],
    ...['%74rack', 'track/', 'TRACK', 'projects/wk_1/settings', '%ff'],
  ])('leaves the tracking call %s to producers', (call) => {
    expect(forwardPath(`/api/ingestion/v1/${call}`)).toBeNull();
  });
});
