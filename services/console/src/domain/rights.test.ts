import { describe, expect, it } from 'vitest';
import {
  AREAS,
  areaOfCall,
  levelOf,
  levelOfCall,
  may,
  RIGHTS,
  ROLES,
  SCOPES,
  scopesBeyond,
  SERVICES,
  seesSecrets,
  showsProfiles,
} from './rights.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE'] as const;

/** Methods that each role may use on each service. */
const ALLOWED = {
  admin: {
    ingestion: METHODS,
    identity: METHODS,
    profile: METHODS,
    segmentation: METHODS,
    activation: METHODS,
    history: METHODS,
  },
  editor: {
    ingestion: METHODS,
    identity: METHODS,
    profile: METHODS,
    segmentation: METHODS,
    activation: METHODS,
    history: METHODS,
  },
  viewer: {
    ingestion: ['GET'],
    identity: ['GET'],
    profile: ['GET'],
    segmentation: ['GET'],
    activation: ['GET'],
    history: ['GET'],
  },
  privacy: {
    ingestion: ['GET'],
    identity: ['GET'],
    profile: ['GET'],
    segmentation: ['GET'],
    activation: ['GET'],
    history: ['GET'],
  },
} as const;

const CASES = ROLES.flatMap((role) =>
  SERVICES.flatMap((service) =>
    METHODS.map((method) => {
      const methods: readonly string[] = ALLOWED[role][service];
      return { role, service, method, allowed: methods.includes(method) };
    }),
  ),
);

describe('what a role may do', () => {
  it.each(CASES)('$role, $method on $service: $allowed', ({ role, service, method, allowed }) => {
    expect(may({ role, scopes: null }, service, levelOf(method))).toBe(allowed);
  });

  it.each([
    ['admin', 'pipeline', 'read', true],
    ['viewer', 'pipeline', 'read', true],
    ['privacy', 'pipeline', 'read', true],
    ['editor', 'explore', 'write', true],
    ['viewer', 'explore', 'read', true],
    ['viewer', 'explore', 'write', false],
    ['privacy', 'explore', 'write', false],
    ['admin', 'people', 'read', true],
    ['admin', 'people', 'write', true],
    ['editor', 'people', 'read', false],
    ['viewer', 'people', 'read', false],
    ['privacy', 'people', 'read', false],
  ] as const)('%s, %s:%s: %s', (role, area, level, allowed) => {
    expect(may({ role, scopes: null }, area, level)).toBe(allowed);
  });

  it('shows secrets to those who could replace them', () => {
    expect(ROLES.filter((role) => seesSecrets({ role, scopes: null }, 'ingestion'))).toEqual(['admin', 'editor']);
    expect(seesSecrets({ role: 'editor', scopes: ['ingestion:read'] }, 'ingestion')).toBe(false);
  });
});

describe('the scopes of a token', () => {
  it('limit it to themselves, write including read', () => {
    const token = { role: 'editor', scopes: ['segmentation:write', 'history:read'] } as const;
    expect(may(token, 'segmentation', 'write')).toBe(true);
    expect(may(token, 'segmentation', 'read')).toBe(true);
    expect(may(token, 'history', 'read')).toBe(true);
    expect(may(token, 'history', 'write')).toBe(false);
    expect(may(token, 'profile', 'read')).toBe(false);
    expect(may(token, 'pipeline', 'read')).toBe(false);
  });

  it('never give more than the role has, whatever they are', () => {
    for (const role of ROLES)
      for (const area of AREAS)
        for (const level of ['read', 'write'] as const)
          expect(may({ role, scopes: SCOPES }, area, level)).toBe(may({ role, scopes: null }, area, level));
  });

  it('can be given away by those alone who have them', () => {
    const viewer = { who: 'a', address: null, email: 'a', role: 'viewer', scopes: null, isConfirmed: true } as const;
    expect(scopesBeyond(viewer, ['history:read', 'history:write', 'people:read'])).toEqual([
      'history:write',
      'people:read',
    ]);
    expect(scopesBeyond({ ...viewer, role: 'admin', scopes: ['people:write'] }, SCOPES)).toHaveLength(16);
  });
});

it.each([
  ['POST', 'history/v1/queries', 'read'],
  ['DELETE', 'history/v1/queries/0b0e-1', 'read'],
  ['GET', 'history/v1/catalogue', 'read'],
  ['PUT', 'history/v1/queries', 'write'],
  ['DELETE', 'history/v1/queries', 'write'],
  ['DELETE', 'history/v1/queries/a/b', 'write'],
  ['POST', 'history/v1/queries/x', 'write'],
  ['POST', 'segmentation/v1/segments/preview', 'read'],
  ['POST', 'segmentation/v1/segments/rfm-thresholds', 'read'],
  ['PUT', 'segmentation/v1/segments/preview', 'write'],
  ['POST', 'segmentation/v1/segments/verify', 'write'],
  ['POST', 'segmentation/v1/segments/vip/verify', 'write'],
  ['POST', 'segmentation/v1/segments/preview/x', 'write'],
  ['POST', 'activation/v1/queries', 'write'],
  ['POST', 'activation/v1/deliveries/retry', 'write'],
  ['POST', 'history/v1/dead-letters/identity/replay', 'write'],
  ['POST', 'history/v1/%71ueries', 'write'],
  ['POST', 'history/v1/events/live', 'read'],
  ['POST', 'identity/v1/profiles/lookup', 'read'],
  ['POST', 'identity/v1/profiles/lookup/x', 'write'],
  ['POST', 'profile/v1/profiles/lookup', 'write'],
] as const)('%s %s needs %s', (method, target, level) => {
  expect(levelOfCall(method, target)).toBe(level);
});

it.each([
  ['POST', 'segmentation/v1/time/origins/identity/0/release', 'pipeline'],
  ['POST', 'segmentation/v1/%74ime/origins/identity/0/release', 'pipeline'],
  ['POST', 'segmentation/v1/t%69m%65%2forigins/identity/0/release', 'pipeline'],
  ['DELETE', 'segmentation/v1/time', 'pipeline'],
  ['GET', 'segmentation/v1/time', 'segmentation'],
  ['PUT', 'segmentation/v1/segments/time', 'segmentation'],
  ['POST', 'segmentation/v1/timed', 'segmentation'],
  ['POST', 'segmentation/v1/segments/%ff', 'segmentation'],
] as const)('%s %s is about %s', (method, target, area) => {
  expect(areaOfCall(method, 'segmentation', target)).toBe(area);
});

it.each([
  ['segmentation/v1/segments/preview', true],
  ['segmentation/v1/segments/pr%65view', true],
  ['segmentation/v1/segments/vip/profiles/p_1/explain', true],
  ['segmentation/v1/segments/vip%2Fprofiles/p_1/explain/', true],
  ['segmentation/v1/segments/vip/profiles/p_1/history', false],
  ['segmentation/v1/segments/explain', false],
  ['segmentation/v1/segments', false],
  ['history/v1/segments/preview', false],
] as const)('%s shows traits of people: %s', (target, shows) => {
  expect(showsProfiles(target)).toBe(shows);
});

it('every role has a right or none in every area', () => {
  for (const role of ROLES) expect(Object.keys(RIGHTS[role])).toEqual([...AREAS]);
});
