import type { Scalar } from '@hilo/behaviour/version-2/language';
import { Button, Group, NativeSelect } from '@mantine/core';
import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useMessages } from '../../language/language.tsx';
import {
  type Choice,
  fieldText,
  kindOf,
  kindsAt,
  suggestedTexts,
  type TestPlace,
  type ValueKind,
  valueOf,
} from '../domain/value-test.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { builderMessages } from './messages.ts';

/** Operators that compare texts alone, so their values have no kind to choose. */
const OF_TEXTS: readonly Choice[] = ['contains', 'startsWith', 'endsWith'];

interface ValueFieldProps extends FieldProps {
  readonly place: TestPlace;
  readonly choice: Choice;
  readonly seen: readonly Scalar[];
  readonly remove?: () => void;
}

/** A value to compare with, or the path of another one. */
export function ValueField({ field, value, place, choice, seen, onChange, remove }: ValueFieldProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const kinds: readonly ValueKind[] = OF_TEXTS.includes(choice) ? ['text'] : kindsAt(place, choice);
  const kind = kindOf(value);
  const text = fieldText(value);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap" mb={4} className="wide">
      {kinds.length === 1 ? null : (
        <NativeSelect
          w={120}
          label={t.kind}
          value={kind}
          onChange={(event) =>
            onChange(valueOf(kinds.find((one) => one === event.currentTarget.value) ?? 'text', text))
          }
          data={kinds.map((one) => ({ value: one, label: t[`kind_${one}`] }))}
        />
      )}
      {kind === 'boolean' ? (
        <NativeSelect
          flex={1}
          label={t.value}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value === 'true')}
          data={[
            { value: 'true', label: t.true },
            { value: 'false', label: t.false },
          ]}
        />
      ) : (
        <SuggestInput
          flex={1}
          label={kind === 'property' || kind === 'trait' ? t.pathOf : t.value}
          value={text}
          maxLength={1000}
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          suggestions={suggestedTexts(kind, seen)}
          onChange={(event) => onChange(valueOf(kind, event.currentTarget.value))}
          error={isFaulty(field) ? t[`wrong_${kind}`] : undefined}
        />
      )}
      {remove === undefined ? null : (
        <Button size="compact-sm" variant="default" mt={29} aria-label={t.remove(text)} onClick={remove}>
          {t.removeShort}
        </Button>
      )}
    </Group>
  );
}
