import type { Condition } from '@hilo/behaviour/version-2/language';
import { Alert, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ComponentProps, useState } from 'react';
import { useNavigate } from 'react-router';
import { pathOf } from '../api/api.ts';
import { statusOf } from '../api/api-error.ts';
import { useApi } from '../api/api-context.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { Builder } from './builder/builder.tsx';
import { builderMessages } from './builder/messages.ts';
import { TextView } from './builder/text-view.tsx';
import { conditionOf, sameCondition } from './domain/condition-of.ts';
import { type Draft, draftOf, type NewId } from './domain/draft.ts';
import { isSegmentKey, suggestedKey } from './domain/segment-key.ts';
import { segmentMessages } from './messages.ts';
import { PreviewPanel } from './preview/preview-panel.tsx';
import { SaveQuestion } from './save-question.tsx';
import { type Segment, type SegmentInput, saveSegment } from './segment-api.ts';
import { useConditionWords } from './use-condition-words.ts';

interface SegmentFormProps {
  /** Null: it is a new one. */
  readonly existing: Segment | null;
  /** The name to begin with; absent: that of the existing one. */
  readonly name?: string;
  /** What to begin with. */
  readonly draft: Draft;
  readonly newId: NewId;
}

/** Name, key and condition of a segment, and saving them. */
export function SegmentForm({ existing, name: startName = '', draft: start, newId }: SegmentFormProps) {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const { draft, change, changed } = useDraft({
    name: existing?.name ?? startName,
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
    if (name === '' || !isSegmentKey(key) || read.kind === 'problems') return;
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
            <ConditionEditor
              draft={draft.condition}
              newId={newId}
              onChange={(condition) => change({ condition })}
              problems={asked && read.kind === 'problems' ? read.problems : []}
              condition={read.kind === 'condition' ? read.condition : null}
            />
          </Section>
          <InWords condition={read.kind === 'condition' ? read.condition : null} />
          <PreviewPanel
            condition={read.kind === 'condition' ? read.condition : null}
            replaced={existing?.key ?? null}
          />
          {asked && read.kind === 'problems' ? (
            <Alert color="red" role="alert">
              {t.faults(formats.count(read.problems.length))}
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

interface ConditionEditorProps extends ComponentProps<typeof Builder> {
  /** What the draft stands for; null: it is not complete. */
  readonly condition: Condition | null;
}

/** The condition as a form, or as text. */
function ConditionEditor({ condition, ...builder }: ConditionEditorProps) {
  const t = useMessages(builderMessages);
  const [isText, setText] = useState(false);
  if (isText) {
    const apply = (written: Condition): void => {
      builder.onChange(draftOf(written, builder.newId));
      setText(false);
    };
    return <TextView condition={condition} apply={apply} close={() => setText(false)} />;
  }
  return (
    <>
      <Builder {...builder} />
      <Button mt="sm" size="xs" variant="subtle" onClick={() => setText(true)}>
        {t.editAsText}
      </Button>
    </>
  );
}

function InWords({ condition }: { readonly condition: Condition | null }) {
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
