import { Button, Checkbox, Group, PasswordInput, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { Fault } from '../elements/fault.tsx';
import { useMessages } from '../language/language.tsx';
import { elementMessages } from '../elements/messages.ts';
import { type Destination, type DestinationInput, isTaken } from './destination-api.ts';
import { destinationMessages } from './messages.ts';
import { type DestinationField, readDraft } from './read-draft.ts';

interface DestinationFormProps {
  /** Null: it is a new one. */
  readonly existing: Destination | null;
  readonly error: Error | null;
  readonly busy: boolean;
  save(key: string, input: DestinationInput): void;
}

/** All settings of a webhook. */
export function DestinationForm({ existing, error, busy, save }: DestinationFormProps) {
  const t = useMessages(destinationMessages);
  const session_words = useMessages(elementMessages);
  const [draft, setDraft] = useState(() => ({
    key: existing?.key ?? '',
    name: existing?.name ?? '',
    url: existing?.url ?? '',
    secret: '',
    all_segments: existing === null || existing.segments === 'all',
    segments: existing === null || existing.segments === 'all' ? '' : existing.segments.join('\n'),
    enabled: existing?.enabled ?? true,
  }));
  const [asked, setAsked] = useState(false);
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const segments = draft.segments.split(/\s*\n\s*/).map((key) => key.trim());
  const read = readDraft({ ...draft, segments: segments.filter((key) => key !== '') });
  const faulty = (field: DestinationField) => asked && read.kind === 'faults' && read.fields.has(field);
  const taken = isTaken(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (read.kind === 'input') save(draft.key, read.input);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={640}>
        {error === null || taken ? null : <Fault error={error} />}
        {existing === null ? (
          <TextInput
            label={t.key}
            description={t.keyHelp}
            value={draft.key}
            onChange={(event) => change({ key: event.currentTarget.value })}
            error={faulty('key') ? t.keyWrong : taken ? t.keyTaken : undefined}
          />
        ) : null}
        <TextInput
          label={t.name}
          description={t.nameHelp}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={faulty('name') ? t.nameWrong : undefined}
        />
        <TextInput
          label={t.url}
          description={t.urlHelp}
          type="url"
          value={draft.url}
          onChange={(event) => change({ url: event.currentTarget.value })}
          error={faulty('url') ? t.urlWrong : undefined}
        />
        <Radio.Group
          label={t.segments}
          value={draft.all_segments ? 'all' : 'some'}
          onChange={(value) => change({ all_segments: value === 'all' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="all" label={t.allSegments} />
            <Radio value="some" label={t.chosenSegments} />
          </Stack>
        </Radio.Group>
        {draft.all_segments ? null : (
          <Textarea
            label={t.segmentKeys}
            description={t.segmentKeysHelp}
            autosize
            minRows={2}
            maxRows={8}
            value={draft.segments}
            onChange={(event) => change({ segments: event.currentTarget.value })}
            error={faulty('segments') ? t.segmentsWrong : undefined}
          />
        )}
        <PasswordInput
          label={t.secret}
          description={existing === null ? t.secretNewHelp : t.secretHelp}
          autoComplete="off"
          value={draft.secret}
          onChange={(event) => change({ secret: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': session_words.showPassword }}
          error={faulty('secret') ? t.secretWrong : undefined}
        />
        <Checkbox
          label={t.enabledLabel}
          checked={draft.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        <Group>
          <Button type="submit" loading={busy}>
            {existing === null ? t.saveNew : t.save}
          </Button>
          {existing === null ? (
            <Button variant="default" component={Link} to="/destinations">
              {t.cancel}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </form>
  );
}
