import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { elementMessages } from '../elements/messages.ts';
import { valueText } from '../elements/json-text.tsx';
import type { Formats } from '../language/formats.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { type Answer, type AnswerColumn, kindOf, zoneOf } from './domain/answer.ts';

const ROWS = 50;

/** An answer as a table, some rows at a time. */
export function AnswerTable({ answer, caption }: { readonly answer: Answer; readonly caption: string }) {
  const t = useMessages(elementMessages);
  const formats = useFormats();
  const [shown, setShown] = useState({ answer, page: 0 });
  // Another answer begins at its first page.
  const page = shown.answer === answer ? shown.page : 0;
  const { columns, rows } = answer;
  const last = Math.max(0, Math.ceil(rows.length / ROWS) - 1);
  const go = (to: number) => setShown({ answer, page: to });
  return (
    <>
      <div className="answer-table" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ name, type }, index) => (
                <th key={index} scope="col" title={type} data-align={kindOf(type) === 'number' ? 'end' : undefined}>
                  {zoneOf(type) === null ? name : `${name} (${zoneOf(type)})`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(page * ROWS, (page + 1) * ROWS).map((row, index) => (
              <tr key={index}>
                {columns.map(({ type }, cell) => (
                  <td key={cell} data-align={kindOf(type) === 'number' ? 'end' : undefined}>
                    {cellText(row[cell], columns[cell], formats)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {last === 0 ? null : (
        <Group component="nav" aria-label={t.pages} mt="xs" justify="flex-end">
          <Button variant="default" size="xs" disabled={page === 0} onClick={() => go(page - 1)}>
            {t.previous}
          </Button>
          <Text size="sm">{t.page(formats.count(page + 1))}</Text>
          <Button variant="default" size="xs" disabled={page === last} onClick={() => go(page + 1)}>
            {t.next}
          </Button>
        </Group>
      )}
    </>
  );
}

/** Numbers that name something are no amounts: nobody groups the digits of a year or an id. */
const NAMES = /(^|_)(id|key|year|month|day|hour|code|zip|phone|version|offset|partition)$/i;

/** A value as it is read: amounts grouped as the language does, everything else as it came. */
export function cellText(value: unknown, column: AnswerColumn | undefined, { exact }: Formats): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number' || column === undefined || NAMES.test(column.name)) return valueText(value);
  return kindOf(column.type) === 'number' ? exact(value) : valueText(value);
}
