import { type Condition, readText, writeText } from '@hilo/behaviour/version-2/forms';
import { Alert, Button, Group, SegmentedControl, Stack, Textarea } from '@mantine/core';
import { parseJson } from '@hilo/exact-json';
import { useState } from 'react';
import { useMessages } from '../../language/language.tsx';
import { type ConditionResult, savable } from '../domain/condition-of.ts';
import { builderMessages } from './messages.ts';

type Notation = 'text' | 'json';

const EXAMPLE = 'did "Order Completed" count >= 2 within 90d and trait country = "DE"';

interface TextViewProps {
  /** Null: the builder holds none yet. */
  readonly condition: Condition | null;
  /** Takes the condition that was written into the builder. */
  apply(condition: Condition): void;
  close(): void;
}

/** Edits a condition as text for people, or as JSON. What the builder shows stays until the text is applied. */
export function TextView({ condition, apply, close }: TextViewProps) {
  const t = useMessages(builderMessages);
  const [notation, setNotation] = useState<Notation>('text');
  const [text, setText] = useState(() => written(condition, 'text'));
  const [fault, setFault] = useState<string | null>(null);
  const read = (): Condition | null => {
    const result = readAs(notation, text);
    setFault(result.kind === 'condition' ? null : faultText(result, t.textFault));
    return result.kind === 'condition' ? result.condition : null;
  };
  const choose = (wanted: string): void => {
    const next = wanted === 'json' ? 'json' : 'text';
    const current = text.trim() === '' ? null : read();
    if (text.trim() !== '' && current === null) return;
    setNotation(next);
    setText(written(current, next));
  };
  const use = (): void => {
    const current = read();
    if (current !== null) apply(current);
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        w="fit-content"
        aria-label={t.notation}
        value={notation}
        onChange={choose}
        data={[
          { value: 'text', label: t.asText },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <Textarea
        label={t.conditionText}
        placeholder={EXAMPLE}
        autosize
        minRows={4}
        maxRows={24}
        spellCheck={false}
        className="condition-text"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {fault === null ? null : (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
      <Group gap="xs">
        <Button variant="default" onClick={use}>
          {t.applyText}
        </Button>
        <Button variant="default" onClick={close}>
          {t.discardText}
        </Button>
      </Group>
    </Stack>
  );
}

type Unread =
  | Exclude<ConditionResult, { readonly kind: 'condition' }>
  | { readonly kind: 'syntax'; readonly message: string };

function readAs(notation: Notation, text: string): ConditionResult | Unread {
  if (notation === 'text') {
    const read = readText(text);
    return read.kind === 'condition' ? savable(read.condition) : read;
  }
  try {
    return savable(parseJson(text));
  } catch (error) {
    return { kind: 'syntax', message: error instanceof Error ? error.message : String(error) };
  }
}

function faultText(result: Unread, say: (fault: string) => string): string {
  if (result.kind === 'syntax') return say(result.message);
  return say(result.problems.map(({ field, message }) => `${field} ${message}`).join('; '));
}

function written(condition: Condition | null, notation: Notation): string {
  if (condition === null) return '';
  return notation === 'text' ? writeText(condition) : JSON.stringify(condition, null, 2);
}
