import type { Condition } from '@hilo/behaviour/version-2/language';
import { List, Text } from '@mantine/core';
import { StateMark } from '../../elements/state-mark.tsx';
import { useFormats, useMessages } from '../../language/language.tsx';
import { leavesOf } from '../domain/leaves.ts';
import { useConditionWords } from '../use-condition-words.ts';
import { previewMessages } from './messages.ts';
import type { Preview } from './preview-api.ts';

type Warning = Preview['warnings'][number];

const KINDS = ['text', 'number', 'boolean', 'object'] as const;

/** What to know about the values that a condition reads: what was never seen, or cannot pass. */
export function PreviewWarnings({ of, condition }: { readonly of: readonly Warning[]; readonly condition: Condition }) {
  const t = useMessages(previewMessages);
  const wordsOf = useConditionWords();
  const sentence = useSentence();
  const leaves = leavesOf(condition);
  if (of.length === 0) return null;
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t.warnings}
      </Text>
      <List size="sm" className="breakable">
        {of.map((warning) => {
          const leaf = leaves.find(({ field }) => warning.field.startsWith(field));
          return (
            <List.Item key={`${warning.field} ${warning.code}`}>
              <StateMark mood="waiting">{sentence(warning)}</StateMark>
              {leaf === undefined || leaves.length < 2 ? null : (
                <Text size="sm" c="dimmed">
                  {wordsOf(leaf.condition)}
                </Text>
              )}
            </List.Item>
          );
        })}
      </List>
    </div>
  );
}

/** What a kind of values is called. */
function nameOfKind(kind: string | null): `kind_${(typeof KINDS)[number] | 'other'}` {
  return `kind_${KINDS.find((known) => known === kind) ?? 'other'}`;
}

function useSentence(): (warning: Warning) => string {
  const t = useMessages(previewMessages);
  const formats = useFormats();
  return ({ code, path, wanted, found }) => {
    const counted = (nameOf: (value: string) => string) =>
      formats.list(found.map(({ value, count }) => `${nameOf(value)} (${formats.count(count)})`));
    switch (code) {
      case 'no_events':
        return t.noEvents;
      case 'never_seen':
        return t.neverSeen(path ?? '');
      case 'several_currencies':
        return t.severalCurrencies(
          path ?? '',
          counted((currency) => currency),
        );
      case 'other_kinds':
        return t.otherKinds(
          path ?? '',
          counted((kind) => t[nameOfKind(kind)]),
          t[nameOfKind(wanted)],
        );
    }
  };
}
