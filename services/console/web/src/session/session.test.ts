import { expect, it } from 'vitest';
import type { Rights } from '../api/api.ts';
import { hasRight, mayChange } from './session.tsx';

const RIGHTS: Rights = {
  ...{ ingestion: 'write', identity: 'write', profile: 'write', segmentation: 'read', activation: 'read' },
  ...{ history: 'read', pipeline: 'read', explore: 'write', people: null },
};

it('to write includes to read, and no right is none', () => {
  expect(hasRight(RIGHTS, 'ingestion:write')).toBe(true);
  expect(hasRight(RIGHTS, 'ingestion:read')).toBe(true);
  expect(hasRight(RIGHTS, 'segmentation:read')).toBe(true);
  expect(hasRight(RIGHTS, 'segmentation:write')).toBe(false);
  expect(hasRight(RIGHTS, 'people:read')).toBe(false);
});

it('what somebody saved is changed by them and by administrators, as long as they may save at all', () => {
  const user = { email: 'ann@example.com', name: 'Ann', role: 'editor', signs_in_by: 'password' } as const;
  const session = { csrf: '', must_change_password: false, second_factor: 'none', idle_s: 1800 } as const;
  const factor = { second_factor_compulsory: false, needs_second_factor: false };
  const workspace = { expires_at: '2026-01-01T12:00:00.000Z', time_zone: 'UTC', tracking_url: null };
  const ann = { ...session, ...factor, ...workspace, rights: RIGHTS, user };
  expect(mayChange(ann, 'ann@example.com')).toBe(true);
  expect(mayChange(ann, 'bob@example.com')).toBe(false);
  expect(mayChange({ ...ann, user: { ...ann.user, role: 'admin' } }, 'bob@example.com')).toBe(true);
  expect(mayChange({ ...ann, rights: { ...RIGHTS, explore: 'read' } }, 'ann@example.com')).toBe(false);
});
