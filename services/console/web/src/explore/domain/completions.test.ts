import { describe, expect, it } from 'vitest';
import { type CatalogueTable, completionsOf, wordBefore } from './completions.ts';

const TABLES: readonly CatalogueTable[] = [
  {
    name: 'events',
    parameters: [],
    comment: 'One row for each event.',
    columns: [
      { name: 'event', type: 'String', comment: 'Its name.' },
      { name: 'profile_id', type: 'String', comment: '' },
    ],
  },
  {
    name: 'profiles',
    parameters: [],
    comment: 'One row a person.',
    columns: [{ name: 'traits', type: 'JSON', comment: '' }],
  },
];

const labels = (before: string, whole = before) => completionsOf(before, whole, TABLES).map(({ label }) => label);

describe('what is offered', () => {
  it('are tables behind FROM and JOIN', () => {
    expect(labels('SELECT 1 FROM ')).toEqual(['hilo.events', 'hilo.profiles']);
    expect(labels('SELECT 1 FROM hilo.ev')).toEqual(['events', 'profiles']);
    expect(labels('SELECT 1 FROM hilo.events JOIN p')).toEqual(['hilo.events', 'hilo.profiles']);
  });

  it('is a call where a table wants parameters', () => {
    const call: CatalogueTable = { name: 'members_of', parameters: ['segment'], comment: 'Members.', columns: [] };
    expect(completionsOf('FROM ', 'FROM ', [call])[0]?.label).toBe("hilo.members_of(segment = '')");
    expect(completionsOf('FROM hilo.m', 'FROM hilo.m', [call])[0]?.label).toBe("members_of(segment = '')");
  });

  it('are columns of the tables in the statement, functions and keywords', () => {
    const found = labels('SELECT ev', 'SELECT ev FROM hilo.events');
    expect(found.slice(0, 2)).toEqual(['event', 'profile_id']);
    expect(found).not.toContain('traits');
    expect(found).toEqual(expect.arrayContaining(['SELECT', 'uniqExact']));
    expect(labels('SELECT ')).toContain('traits');
  });

  it('are columns alone behind a name with a dot', () => {
    expect(labels('SELECT e.', 'SELECT e. FROM hilo.events AS e')).toEqual(['event', 'profile_id']);
  });

  it('comes with what it means', () => {
    expect(completionsOf('SELECT ev', 'FROM events', TABLES)[0]).toEqual({
      ...{ label: 'event', type: 'column', detail: 'String', info: 'Its name.' },
    });
  });
});

it('the word before the cursor has its dots', () => {
  expect([wordBefore('SELECT hilo.ev'), wordBefore('SELECT '), wordBefore('')]).toEqual(['hilo.ev', '', '']);
});
