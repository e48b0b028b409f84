import { Button, Group, NativeSelect } from '@mantine/core';
import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useMessages } from '../../language/language.tsx';
import type { Scalar } from '../domain/condition.ts';
import { type ScalarDraft, TEST_OPERATORS, type TestDraft, type TestOperator } from '../domain/draft.ts';
import { suggestedTexts } from '../domain/suggest.ts';
import { useFaultText } from './builder-context.tsx';
import { builderMessages } from './messages.ts';

const ORDERED: readonly TestOperator[] = ['gt', 'gte', 'lt', 'lte'];
const KINDS = ['text', 'number', 'boolean'] as const;
const NOTHING: ScalarDraft = { kind: 'text', text: '' };

interface TestEditorProps {
  /** Of the node or the property test whose test it is. */
  readonly id: string;
  readonly test: TestDraft;
  /** Values that are offered. */
  readonly seen: readonly Scalar[];
  onChange(test: TestDraft): void;
}

/** An operator, and what to compare with. */
export function TestEditor({ id, test, seen, onChange }: TestEditorProps) {
  const t = useMessages(builderMessages);
  const { operator, values } = test;
  const choose = (wanted: string): void => {
    const next = TEST_OPERATORS.find((one) => one === wanted) ?? 'eq';
    onChange({ operator: next, values: valuesFor(next, values) });
  };
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.test}
        value={operator}
        onChange={(event) => choose(event.currentTarget.value)}
        data={TEST_OPERATORS.map((one) => ({ value: one, label: t[`op_${one}`] }))}
      />
      {operator === 'exists' || operator === 'missing' ? null : (
        <Values id={id} test={test} seen={seen} onChange={onChange} />
      )}
    </>
  );
}

function Values({ id, test, seen, onChange }: TestEditorProps) {
  const t = useMessages(builderMessages);
  const faultText = useFaultText();
  const { operator, values } = test;
  const many = operator === 'oneOf';
  const set = (index: number, value: ScalarDraft) => onChange({ operator, values: values.with(index, value) });
  return (
    <div className="wide">
      {values.map((value, index) => (
        <ValueEditor
          // Values have no names: their places tell them apart.
          key={index}
          value={value}
          suggestions={suggestedTexts(value.kind, seen)}
          onlyNumber={ORDERED.includes(operator)}
          fault={index === values.length - 1 ? faultText(id, 'value') : undefined}
          onChange={(next) => set(index, next)}
          remove={many ? () => onChange({ operator, values: values.toSpliced(index, 1) }) : null}
        />
      ))}
      {many ? (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          onClick={() =>
            onChange({ operator, values: [...values, { ...NOTHING, kind: values.at(-1)?.kind ?? 'text' }] })
          }
        >
          {t.addValue}
        </Button>
      ) : null}
    </div>
  );
}

interface ValueEditorProps {
  readonly value: ScalarDraft;
  readonly suggestions: readonly string[];
  readonly onlyNumber: boolean;
  readonly fault: string | undefined;
  readonly remove: (() => void) | null;
  onChange(value: ScalarDraft): void;
}

function ValueEditor({ value, suggestions, onlyNumber, fault, remove, onChange }: ValueEditorProps) {
  const t = useMessages(builderMessages);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap" mb={4}>
      {onlyNumber ? null : (
        <NativeSelect
          w={120}
          label={t.kind}
          value={value.kind}
          onChange={(event) => onChange(valueOfKind(event.currentTarget.value, value))}
          data={KINDS.map((kind) => ({ value: kind, label: t[kind] }))}
        />
      )}
      {value.kind === 'boolean' ? (
        <NativeSelect
          flex={1}
          label={t.value}
          value={value.text}
          onChange={(event) => onChange({ kind: 'boolean', text: event.currentTarget.value })}
          data={[
            { value: 'true', label: t.true },
            { value: 'false', label: t.false },
          ]}
        />
      ) : (
        <SuggestInput
          flex={1}
          label={t.value}
          value={value.text}
          maxLength={1000}
          inputMode={value.kind === 'number' ? 'decimal' : 'text'}
          suggestions={suggestions}
          onChange={(event) => onChange({ kind: value.kind, text: event.currentTarget.value })}
          error={fault}
        />
      )}
      {remove === null ? null : (
        <Button size="compact-sm" variant="default" mt={29} aria-label={t.remove(value.text)} onClick={remove}>
          {t.removeShort}
        </Button>
      )}
    </Group>
  );
}

/** The same text as a value of another kind. */
function valueOfKind(wanted: string, { text }: ScalarDraft): ScalarDraft {
  const kind = KINDS.find((one) => one === wanted) ?? 'text';
  return { kind, text: kind === 'boolean' && text !== 'false' ? 'true' : text };
}

/** What stays of the values when another operator is chosen. */
function valuesFor(operator: TestOperator, values: readonly ScalarDraft[]): readonly ScalarDraft[] {
  if (operator === 'exists' || operator === 'missing') return [];
  const first = values[0] ?? NOTHING;
  if (ORDERED.includes(operator)) return [{ kind: 'number', text: first.kind === 'boolean' ? '' : first.text }];
  return operator === 'oneOf' && values.length > 0 ? values : [first];
}
