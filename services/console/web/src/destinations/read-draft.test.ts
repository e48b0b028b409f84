import { describe, expect, it } from 'vitest';
import type { DestinationType } from './destination-api.ts';
import { type DestinationDraft, draftSettings, readDraft } from './read-draft.ts';

const words = { title: 'Any', description: 'Any.', wanted: 'right' };

/** A type with a field of each kind. */
const type: DestinationType = {
  ...{ key: 'any', title: 'Any', description: 'Any.', generated: ['secret'] },
  fields: {
    ...{ type: 'object', additionalProperties: false, required: ['url', 'secret', 'password', 'size', 'urgent'] },
    properties: {
      url: { ...words, type: 'string', format: 'uri', maxLength: 40 },
      secret: { ...words, type: 'string', writeOnly: true, pattern: '^[\\x21-\\x7e]{16,200}$' },
      password: { ...words, type: 'string', writeOnly: true, minLength: 4 },
      size: { ...words, type: 'integer', minimum: 1, maximum: 9, default: 5 },
      ratio: { ...words, type: 'number' },
      region: { ...words, type: 'string', enum: ['eu', 'us'] },
      urgent: { ...words, type: 'boolean' },
      headers: { ...words, type: 'array', items: { type: 'string', pattern: '^\\w+: ' }, maxItems: 2 },
    },
  },
  translations: { es: { title: 'Cualquiera', description: 'Cualquiera.', fields: {} } },
};

const settings = { url: ' https://crm.example.com/hook ', password: 'open', size: '7', urgent: true };
const draft: DestinationDraft = {
  ...{ type: 'any', key: 'crm', name: ' Our CRM ', settings, allSegments: true, segments: [] },
  ...{ enabled: true, backfilled: false },
};
const mayLack = new Set(['secret']);
const read = (change: Partial<DestinationDraft>) => readDraft({ ...draft, ...change }, type, mayLack);

function faultsOf(change: Partial<DestinationDraft>): readonly string[] {
  const found = read(change);
  return found.kind === 'faults' ? [...found.fields] : [];
}

describe('a destination being written', () => {
  it('is read without a secret that is generated, or that is there already', () => {
    expect(read({})).toEqual({
      kind: 'input',
      input: {
        ...{ type: 'any', name: 'Our CRM', segments: 'all', enabled: true, backfilled: false },
        settings: { url: 'https://crm.example.com/hook', password: 'open', size: 7, urgent: true, headers: [] },
      },
    });
  });

  it('is called by its key if it has no name', () => {
    expect(read({ name: ' ' })).toMatchObject({ input: { name: 'crm' } });
  });

  it('is read with some segments and every kind of setting', () => {
    const more = { ...settings, secret: 'a'.repeat(16), ratio: '0.5', region: 'eu', headers: 'a: 1\n\n b: 2 \n' };
    expect(read({ allSegments: false, segments: ['vip'], settings: more })).toMatchObject({
      input: {
        segments: ['vip'],
        settings: { secret: 'a'.repeat(16), ratio: 0.5, region: 'eu', headers: ['a: 1', 'b: 2'] },
      },
    });
  });

  it('begins with what is stored, or the defaults', () => {
    expect(draftSettings(type, { url: 'https://a/', headers: ['a: 1', 'b: 2'], urgent: true })).toEqual({
      ...{ url: 'https://a/', secret: '', password: '', size: '5', ratio: '', region: '', urgent: true },
      headers: 'a: 1\nb: 2',
    });
  });

  it.each<[Partial<DestinationDraft>, string]>([
    [{ key: '' }, 'key'],
    [{ key: 'CRM' }, 'key'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ settings: { ...settings, url: '' } }, 'settings.url'],
    [{ settings: { ...settings, url: 'crm.example.com' } }, 'settings.url'],
    [{ settings: { ...settings, url: `https://crm.example.com/${'x'.repeat(40)}` } }, 'settings.url'],
    [{ settings: { ...settings, secret: 'short' } }, 'settings.secret'],
    [{ settings: { ...settings, password: '' } }, 'settings.password'],
    [{ settings: { ...settings, password: 'abc' } }, 'settings.password'],
    [{ settings: { ...settings, size: '' } }, 'settings.size'],
    [{ settings: { ...settings, size: '10' } }, 'settings.size'],
    [{ settings: { ...settings, size: '1.5' } }, 'settings.size'],
    [{ settings: { ...settings, ratio: 'half' } }, 'settings.ratio'],
    [{ settings: { ...settings, region: 'mars' } }, 'settings.region'],
    [{ settings: { ...settings, headers: 'none' } }, 'settings.headers'],
    [{ settings: { ...settings, headers: 'a: 1\nb: 2\nc: 3' } }, 'settings.headers'],
    [{ allSegments: false }, 'segments'],
  ])('%j has a fault in %s', (change, field) => {
    expect(faultsOf(change)).toEqual([field]);
  });
});
