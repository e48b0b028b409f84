import type { Condition } from '@hilo/behaviour/version-2/language';
import { RFM } from '@hilo/behaviour/version-2/templates';
import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { Fault } from '../../elements/fault.tsx';
import { useFormats, useMessages } from '../../language/language.tsx';
import { savable } from '../domain/condition-of.ts';
import { languageMessages } from '../domain/messages.ts';
import { lengthWords } from '../domain/test-words.ts';
import { templateMessages } from './messages.ts';

/** Scores of a customer, the best first. */
const SCORES = [5, 4, 3, 2] as const;
/** The score of the lowest threshold: everybody has a score of 1. */
const LOWEST = 2;

interface RfmThresholdsProps {
  readonly values: Readonly<Record<string, string>>;
  fill(values: Readonly<Record<'recency' | 'frequency' | 'monetary', string>>): void;
}

/** Fills the thresholds of the template in from all customers. */
export function RfmThresholds({ values, fill }: RfmThresholdsProps) {
  const t = useMessages(templateMessages);
  const words = useMessages(languageMessages);
  const formats = useFormats();
  const api = useApi();
  const [score, setScore] = useState<(typeof SCORES)[number]>(5);
  const sum = sumOf(values);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (condition: Condition) =>
      api.call('POST /api/segmentation/v1/segments/rfm-thresholds', { body: { condition } }),
    onSuccess: ({ recency, frequency, monetary }) => {
      const at = score - LOWEST;
      const [length, count, amount] = [recency[at], frequency[at], monetary[at]];
      if (length === undefined || count === undefined || amount === undefined) return;
      fill({ recency: length, frequency: String(count), monetary: amount });
    },
  });
  const period = lengthWords(values['period'] ?? '', { t: words, formats });
  return (
    <>
      <Group gap="xs" mt="sm" align="flex-end">
        <NativeSelect
          label={t.score}
          value={score}
          onChange={(event) => setScore(SCORES.find((one) => String(one) === event.currentTarget.value) ?? 5)}
          data={SCORES.map((one) => ({ value: String(one), label: t[`score_${one}`] }))}
        />
        <Button
          variant="default"
          loading={isPending}
          disabled={sum === null}
          onClick={() => (sum === null ? undefined : mutate(sum))}
        >
          {t.compute}
        </Button>
      </Group>
      <div role="status">
        {data === undefined ? null : (
          <Text size="sm" mt="xs">
            {data.population === 0 ? t.noCustomers : t.computed(data.population, period)}
          </Text>
        )}
      </div>
      {error === null ? null : <Fault error={error} />}
    </>
  );
}

/** What the template adds up; null: its values are not complete. */
function sumOf(values: Readonly<Record<string, string>>): Condition | null {
  const all = { ...values, frequency: '1', monetary: '0', recency: '1d' };
  const read = savable(RFM.condition(all));
  if (read.kind === 'problems' || !('all' in read.condition)) return null;
  return read.condition.all.find((one) => 'sum' in one) ?? null;
}
