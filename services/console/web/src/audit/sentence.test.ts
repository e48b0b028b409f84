import { describe, expect, it } from 'vitest';
import type { AuditEntry } from './audit-api.ts';
import { auditMessages } from './messages.ts';
import { reasonWords, whatWords, whoWords } from './sentence.ts';

const ENTRY: AuditEntry = {
  what: 'changed',
  ...{ id: '1', when: '2026-01-31T12:00:00.000Z', who: 'ann@example.com', target: 'users/x' },
  ...{ method: null, address: null, reason: null, count: 1, before: null, after: null },
};

const stageName = (stage: string) => stage.toUpperCase();

const said = (entry: Partial<AuditEntry>) =>
  (['en', 'es'] as const).map((language) => whatWords({ ...ENTRY, ...entry }, auditMessages[language], stageName));

describe('an entry of the audit log', () => {
  it.each([
    ['created', 'segmentation/v1/segments/vip', 'created the segment “vip”', 'creó el segmento «vip»'],
    ['changed', 'activation/v1/destinations/crm', 'changed the destination “crm”', 'cambió el destino «crm»'],
    ['deleted', 'ingestion/v1/sources/web%20shop', 'deleted the source “web shop”', 'borró la fuente «web shop»'],
    ['created', 'users/ben@example.com', 'created the account of ben@example.com', 'creó la cuenta de ben@example.com'],
    [
      ...(['created', 'users/ben@example.com/second-factor'] as const),
      ...[
        'turned on two-step verification for ben@example.com',
        'activó la verificación en dos pasos de ben@example.com',
      ],
    ],
    [
      ...(['changed', 'users/ben@example.com/second-factor'] as const),
      ...[
        'changed the two-step verification of ben@example.com',
        'cambió la verificación en dos pasos de ben@example.com',
      ],
    ],
    [
      ...(['deleted', 'users/ben@example.com/sessions/s_1'] as const),
      ...['ended sessions of ben@example.com', 'cerró sesiones de ben@example.com'],
    ],
    ['ran', 'activation/v1/deliveries/retry', 'sent failed deliveries again', 'reenvió entregas fallidas'],
    ['created', 'ingestion/v1/lists/vip', 'created the list “vip”', 'creó la lista «vip»'],
    [
      ...(['ran', 'ingestion/v1/lists/vip/entries/remove'] as const),
      ...['changed who is on the list “vip”', 'cambió quién está en la lista «vip»'],
    ],
    ['ran', 'ingestion/v1/rejected/0-7/replay', 'replayed rejected events', 'reprocesó eventos rechazados'],
    [
      'ran',
      'history/v1/dead-letters/profile/replay',
      'replayed dead letters of PROFILE',
      'reprocesó registros apartados de PROFILE',
    ],
    [
      ...(['ran', 'segmentation/v1/time/origins/identity/3/release'] as const),
      ...['stopped waiting for partition 3 of IDENTITY', 'dejó de esperar a la partición 3 de IDENTITY'],
    ],
    ['ran', 'new/v1/things', 'called new/v1/things', 'llamó a new/v1/things'],
    ['changed', 'new/v1/things/a', 'changed new/v1/things/a', 'cambió new/v1/things/a'],
    [
      ...(['deleted', 'audit'] as const),
      ...['deleted old entries of the audit log', 'borró entradas antiguas del registro de auditoría'],
    ],
    ['signed_in', 'session', 'signed in', 'inició sesión'],
    ['sign_in_failed', 'session', 'did not get in', 'no consiguió iniciar sesión'],
  ] as readonly (readonly [AuditEntry['what'], string, string, string])[])(
    '%s %s reads as a sentence',
    (what, target, en, es) => {
      expect(said({ what, target })).toEqual([en, es]);
    },
  );

  it('calls by name what its path calls by an id', () => {
    expect(said({ what: 'deleted', target: 'explore/query/q_1', before: { name: 'Orders' } })[0]).toBe(
      'deleted the query “Orders”',
    );
    expect(said({ what: 'created', target: 'tokens/t_1', after: { name: 'ci' } })[1]).toBe('creó el token de API «ci»');
    expect(said({ what: 'deleted', target: 'explore/dashboard/d_1' })[0]).toBe('deleted the dashboard “d_1”');
  });

  it.each([
    ['DELETE', 'users/ben@example.com', 'tried to delete the account of ben@example.com'],
    ['PUT', 'segmentation/v1/segments/vip', 'tried to change the segment “vip”'],
    ['GET', 'audit', 'tried to read the audit log'],
    ['POST', 'activation/v1/deliveries/retry', 'tried to send failed deliveries again'],
    ['DELETE', 'users/:email', 'tried to call DELETE users/:email'],
    ['GET', 'several', 'tried to make several requests'],
    ['DELETE', 'session/second-factor', 'tried to turn off two-step verification'],
    ['POST', 'session/second-factor/confirm', 'tried to set up two-step verification'],
  ])('of a refused %s %s says what was tried', (method, target, words) => {
    expect(said({ what: 'refused', method, target })[0]).toBe(words);
  });

  it('says of a refused confirmation what it was for, not its path', () => {
    const refused = { what: 'refused', method: 'POST', target: 'session/confirmation' } as const;
    expect(said(refused)).toEqual(['tried to confirm who they are', 'intentó confirmar su identidad']);
  });

  it('says who, and why it was in vain', () => {
    const t = auditMessages.en;
    const who = [
      'ann@example.com',
      'ann@example.com by token t_1',
      'the admin token',
      'unknown caller',
      'the first start',
      'database user hilo_console',
    ];
    expect(who.map((one) => whoWords(one, t))).toEqual([
      ...['ann@example.com', 'ann@example.com, by token t_1', 'Admin token', 'Unknown', 'System (setup)'],
      'Database user hilo_console',
    ]);
    expect(reasonWords('wrong_password', t)).toBe('wrong password');
    expect(reasonWords('brand_new', t)).toBe('brand_new');
  });
});
