import { Alert, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { pathOf } from '../api/api.ts';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
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
  const { draft, change, changed } = useDraft({
    name: existing?.name ?? '',
    // Null: nobody has typed one, so it follows the name.
    typedKey: existing?.key ?? null,
    condition: start,
  });
  /** What is saved once the question is answered; null: none is asked. */
  const [question, setQuestion] = useState<SegmentInput | null>(null);
  const name = draft.name.trim();
  const key = draft.typedKey ?? suggestedKey(draft.name);
  const read = conditionOf(draft.condition);
  const save = useSaving(key);
  const submit = () => {
    if (name === '' || !isSegmentKey(key) || read.kind === 'faults') return;
    const input = { name, condition: read.condition, version: existing?.version ?? 0 };
    if (existing === null || sameCondition(existing.condition, read.condition)) save.mutate(input);
    else setQuestion(input);
  };
  const taken = existing === null && statusOf(save.error) === 409;
  return (
    <ResourceForm
      action={existing === null ? t.saveNew : t.save}
      busy={save.isPending}
      error={taken || question !== null ? null : save.error}
      changed={changed}
      cancel={existing === null ? '/segments' : pathOf`/segments/${existing.key}`}
      submit={submit}
    >
      {(asked) => (
        <>
          <Group align="flex-start" grow preventGrowOverflow={false}>
            <TextInput
              miw={220}
              label={t.name}
              value={draft.name}
              maxLength={200}
              onChange={(event) => change({ name: event.currentTarget.value })}
              error={asked && name === '' ? t.needName : undefined}
            />
            <TextInput
              miw={220}
              label={t.key}
              description={t.keyHelp}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={key}
              disabled={existing !== null}
              onChange={(event) => change({ typedKey: event.currentTarget.value })}
              error={taken ? t.keyTaken : asked && !isSegmentKey(key) ? t.keyWrong : undefined}
            />
          </Group>
          <Section title={t.condition}>
            <Builder
              draft={draft.condition}
              newId={newId}
              onChange={(condition) => change({ condition })}
              faults={asked && read.kind === 'faults' ? read.faults : []}
            />
          </Section>
          <Preview condition={read.kind === 'condition' ? read.condition : null} />
          {asked && read.kind === 'faults' ? (
            <Alert color="red" role="alert">
              {t.faults(formats.count(read.faults.length))}
            </Alert>
          ) : null}
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
        </>
      )}
    </ResourceForm>
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
    return <Text c="dimmed">{t.notComplete}</Text>;
  }
  return (
    <Paper withBorder p="md">
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
