import { describe, expect, it } from 'vitest';
import { type ConsoleUnderTest, openConsole, STACK } from '../testing/console-under-test.ts';

const DAY_MS = 86_400_000;
const MIDNIGHT = Date.parse('2026-03-01T00:00:00Z');

let hilo: ConsoleUnderTest;

interface Row {
  readonly who: string;
  readonly what: string;
  readonly target: string;
  readonly address?: string | null;
  readonly reason?: string | null;
  readonly after?: unknown;
}

const ANN = 'ann@example.com';
const SEGMENT = 'segmentation/v1/segments/vip';

/** An entry for each day. */
const ROWS: readonly Row[] = [
  {
    who: ANN,
    what: 'created',
    target: SEGMENT,
    address: '192.0.2.7',
    after: { name: 'Große Kunden', url: 'https://CRM.example' },
  },
  { who: `${ANN} by token t_1`, what: 'changed', target: `${SEGMENT}-2`, after: { name: '=1+1' } },
  { who: 'ann@example.com.evil', what: 'deleted', target: 'segmentation/v1/segments/vip' },
  { who: 'unknown caller', what: 'refused', target: 'users/:id', address: '198.51.100.9', reason: 'unauthorized' },
  { who: 'ben@example.com', what: 'signed_in', target: 'session', address: '192.0.2.7' },
  { who: 'ben@example.com', what: 'created', target: 'users/ann@example.com' },
];

openConsole('the file', async (opened) => {
  hilo = opened;
  for (const [day, { who, what, target, address = null, reason = null, after = null }] of ROWS.entries())
    await add({ who, what, target, address, reason, after }, MIDNIGHT + day * DAY_MS);
});

function add({ who, what, target, address, reason, after }: Row, when_ms: number) {
  return hilo.database.rows(
    'INSERT INTO audit_entry (when_ms, who, what, target, address, reason, after) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [when_ms, who, what, target, address, reason, after === null ? null : JSON.stringify(after)],
  );
}

const itemsOf = (body: Record<string, unknown> | null) => (body?.items ?? []) as readonly unknown[];

const search = (filter: object, as = STACK) => hilo.call('POST', '/api/audit/search', as, filter);
const file = (filter: object, as = STACK) => hilo.call('POST', '/api/audit/export', as, filter);

/** The days of the entries that a query has, newest first. */
async function days(query: Readonly<Record<string, string>>): Promise<readonly number[]> {
  const { status, body } = await search(query);
  expect(status).toBe(200);
  return ((body?.items ?? []) as readonly { readonly when: string }[]).map(
    ({ when }) => (Date.parse(when) - MIDNIGHT) / DAY_MS,
  );
}

describe('the entries of the audit log', () => {
  it.each([
    [{}, [5, 4, 3, 2, 1, 0]],
    [{ who: ANN }, [1, 0]],
    [{ who: `${ANN} by token t_1` }, [1]],
    [{ who: 'unknown caller' }, [3]],
    [{ what: 'created' }, [5, 0]],
    [{ target: 'segmentation' }, [2, 1, 0]],
    [{ target: SEGMENT }, [2, 0]],
    [{ target: 'users' }, [5, 3]],
    [{ address: '192.0.2.7' }, [4, 0]],
    [{ from: '2026-03-03T00:00:00Z', to: '2026-03-05T00:00:00Z' }, [3, 2]],
    [{ from: '2026-03-05T01:00:00+01:00' }, [5, 4]],
    [{ who: ANN, what: 'created' }, [0]],
    [{ q: 'große' }, [0]],
    [{ q: 'crm.EXAMPLE' }, [0]],
    [{ q: 'unauthorized' }, [3]],
    [{ q: "'; DROP TABLE audit_entry; --" }, []],
    [{ q: '%' }, []],
    [{ q: 'vip', what: 'deleted' }, [2]],
  ] as readonly (readonly [Record<string, string>, readonly number[]])[])(
    'with %j are those of the days %j',
    async (query, expected) => {
      expect(await days(query)).toEqual(expected);
    },
  );

  it('come page by page with a filter, too', async () => {
    const first = await search({ target: 'segmentation', limit: 2 });
    const rest = await search({ target: 'segmentation', limit: 2, cursor: first.body?.next });
    expect([first, rest].map(({ body }) => itemsOf(body).length)).toEqual([2, 1]);
    expect(rest.body?.next).toBeNull();
  });

  it.each([
    [{ what: 'exploded' }, 'what'],
    [{ from: 'yesterday' }, 'from'],
    [{ to: '1' }, 'to'],
    [{ q: '' }, 'q'],
    [{ q: 'x'.repeat(201) }, 'q'],
    [{ q: 'a\0b' }, 'q'],
    [{ who: ['a', 'b'] }, 'who'],
  ])('are not asked for with %j', async (filter, field) => {
    for (const ask of [search, file]) expect((await ask(filter)).body).toMatchObject({ status: 400, field });
  });
});

describe('a file of the audit log', () => {
  it('as CSV has the entries of a filter, and nothing that a spreadsheet runs', async () => {
    const { status, headers, text } = await file({ who: ANN });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/csv');
    expect(headers['content-disposition']).toBe('attachment; filename="audit-log.csv"');
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('id,when,who,what');
    expect(lines[1]).toContain('2026-03-02T00:00:00.000Z,ann@example.com by token t_1,changed');
    expect(lines[2]).toContain('"{""name"":""Große Kunden""');
  });

  it('as JSON lines has each entry as the list has it', async () => {
    const { headers, text } = await file({ format: 'jsonl', q: 'vip' });
    expect(headers['content-type']).toContain('application/jsonl');
    const { body } = await search({ q: 'vip' });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual(body?.items);
    expect(lines).toHaveLength(3);
  });

  it('is empty where nothing fits', async () => {
    expect((await file({ format: 'jsonl', who: 'nobody' })).text).toBe('');
  });

  it('is for admins', async () => {
    const viewer = await hilo.person('viewer');
    for (const ask of [search, file]) {
      expect((await ask({}, viewer)).body).toMatchObject({ status: 403, code: 'forbidden' });
      expect((await ask({}, {})).body).toMatchObject({ status: 401, code: 'unauthorized' });
    }
  });
});

it('of more entries than one search looks at, those far back are found, and all are in a file', async () => {
  await hilo.database.rows(
    `INSERT INTO audit_entry (when_ms, who, what, target)
      SELECT ${MIDNIGHT + 30 * DAY_MS}, 'robot', 'ran', 'filling/' || n FROM generate_series(1, 10500) AS n`,
    [],
  );
  expect(await days({ q: 'große' })).toEqual([0]);
  const filter = { q: 'filling/42', limit: 1000 };
  const { body: newest } = await search(filter);
  const { body: oldest } = await search({ ...filter, cursor: newest?.next });
  expect([newest, oldest].map((body) => itemsOf(body).length)).toEqual([100, 11]);
  expect(oldest?.next).toBeNull();
  const { text } = await file({ who: 'robot' });
  expect(text.split('\r\n')).toHaveLength(10_502);
}, 60_000);
