import { Alert, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { pathOf } from '../api/api.ts';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { Builder } from './builder/builder.tsx';
import type { Condition } from './domain/condition.ts';
import { conditionOf } from './domain/condition-of.ts';
import type { Draft, NewId } from './domain/draft.ts';
import { sameCondition } from './domain/member-fate.ts';
import { isSegmentKey, suggestedKey } from './domain/segment-key.ts';
import { segmentMessages } from './messages.ts';
import { SaveQuestion } from './save-question.tsx';
import { type Segment, type SegmentInput, saveSegment } from './segment-api.ts';
import { useConditionWords } from './use-condition-words.ts';

interface SegmentFormProps {
  /** Null: it is a new one. */
  readonly existing: Segment | null;
  /** What to begin with. */
  readonly draft: Draft;
  readonly newId: NewId;
}

/** Name, key and condition of a segment, and saving them. */
export function SegmentForm({ existing, draft: start, newId }: SegmentFormProps) {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const [name, setName] = useState(existing?.name ?? '');
  const [typed_key, setTypedKey] = useState<string | null>(existing?.key ?? null);
  const [draft, setDraft] = useState(start);
  const [asked, setAsked] = useState(false);
  /** What is saved once the question is answered; null: none is asked. */
  const [question, setQuestion] = useState<SegmentInput | null>(null);
  const key = typed_key ?? suggestedKey(name);
  const read = conditionOf(draft);
  const save = useSaving(key);
  const name_fault = asked && name.trim() === '' ? t.needName : undefined;
  const key_fault = asked && !isSegmentKey(key) ? t.keyWrong : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (name.trim() === '' || !isSegmentKey(key) || read.kind === 'faults') return;
    const input = { name: name.trim(), condition: read.condition, version: existing?.version ?? 0 };
    if (existing === null || sameCondition(existing.condition, read.condition)) save.mutate(input);
    else setQuestion(input);
  };
  const taken = existing === null && statusOf(save.error) === 409;
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-start" grow preventGrowOverflow={false} mb="lg">
        <TextInput
          miw={220}
          label={t.name}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name_fault}
        />
        <TextInput
          miw={220}
          label={t.key}
          description={t.keyHelp}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={key}
          disabled={existing !== null}
          onChange={(event) => setTypedKey(event.currentTarget.value)}
          error={taken ? t.keyTaken : key_fault}
        />
      </Group>
      <Section title={t.condition}>
        <Builder
          draft={draft}
          newId={newId}
          onChange={setDraft}
          faults={asked && read.kind === 'faults' ? read.faults : []}
        />
      </Section>
      <Preview condition={read.kind === 'condition' ? read.condition : null} />
      {asked && read.kind === 'faults' ? (
        <Alert color="red" role="alert" mb="md">
          {t.faults(formats.count(read.faults.length))}
        </Alert>
      ) : null}
      {save.error === null || taken || question !== null ? null : <Fault error={save.error} />}
      {existing === null || question === null ? null : (
        <SaveQuestion
          segment={existing}
          condition={question.condition}
          error={save.error}
          busy={save.isPending}
          save={() => save.mutate(question)}
          close={() => setQuestion(null)}
        />
      )}
      <Group mt="md">
        <Button type="submit" loading={save.isPending}>
          {existing === null ? t.saveNew : t.save}
        </Button>
        <Button
          variant="default"
          component={Link}
          to={existing === null ? '/segments' : pathOf`/segments/${existing.key}`}
        >
          {t.cancel}
        </Button>
      </Group>
    </form>
  );
}

function useSaving(key: string) {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (input: SegmentInput) => saveSegment(api, key, input),
    onSuccess: async (saved) => {
      queries.setQueryData(['segment', saved.key], saved);
      await navigate(pathOf`/segments/${saved.key}`);
    },
  });
}

function Preview({ condition }: { readonly condition: Condition | null }) {
  const t = useMessages(segmentMessages);
  const wordsOf = useConditionWords();
  const [shown, setShown] = useState(false);
  if (condition === null) {
    return (
      <Text c="dimmed" mb="md">
        {t.notComplete}
      </Text>
    );
  }
  return (
    <Paper withBorder p="md" mb="md">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" c="dimmed">
          {t.inWords}
        </Text>
        <Text aria-live="polite" className="breakable">
          {wordsOf(condition)}
        </Text>
        <Button variant="default" size="xs" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? t.hideDefinition : t.showDefinition}
        </Button>
        {shown ? <JsonText label={t.definition} value={condition} /> : null}
      </Stack>
    </Paper>
  );
}
