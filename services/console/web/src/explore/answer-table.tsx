import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { elementMessages } from '../elements/messages.ts';
import { valueText } from '../elements/json-text.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { type Answer, kindOf, zoneOf } from './domain/answer.ts';

const ROWS = 50;

/** An answer as a table, some rows at a time; values stand as they came. */
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
                    {row[cell] === null ? '–' : valueText(row[cell])}
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
