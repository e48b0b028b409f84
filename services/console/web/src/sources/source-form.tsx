import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { isTaken } from '../api/add-new.ts';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { sourceMessages } from './messages.ts';
import { readSourceDraft, type SourceDraft, type SourceField } from './read-source-draft.ts';
import { LIMIT_BOUNDS, type Source, type SourceInput } from './source-api.ts';

interface SourceFormProps {
  /** Null: it is a new one. */
  readonly existing: Source | null;
  readonly error: Error | null;
  readonly busy: boolean;
  /** Whether the last change is saved. */
  readonly saved: boolean;
  save(key: string, input: SourceInput): void;
}

/** All settings of a source. */
export function SourceForm({ existing, error, busy, saved, save }: SourceFormProps) {
  const t = useMessages(sourceMessages);
  const formats = useFormats();
  const { draft, change, changed } = useDraft(draftOf(existing));
  const read = readSourceDraft(draft);
  const faulty = (asked: boolean, field: SourceField) => asked && read.kind === 'faults' && read.fields.has(field);
  const bytesWrong = (bounds: keyof typeof LIMIT_BOUNDS) =>
    t.bytesWrong(formats.count(LIMIT_BOUNDS[bounds].minimum), formats.count(LIMIT_BOUNDS[bounds].maximum));
  const taken = isTaken(error);
  return (
    <ResourceForm
      action={existing === null ? t.saveNew : t.save}
      busy={busy}
      error={taken ? null : error}
      changed={changed}
      width={640}
      {...(existing === null ? { cancel: '/sources' } : { saved: saved ? t.saved : null })}
      submit={() => {
        if (read.kind === 'input') save(draft.key, read.input);
      }}
    >
      {(asked) => (
        <>
          <TextInput
            label={t.name}
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={faulty(asked, 'name') ? t.nameWrong : undefined}
          />
          {existing === null ? (
            <TextInput
              label={t.key}
              description={t.keyHelp}
              value={draft.key}
              onChange={(event) => change({ key: event.currentTarget.value })}
              error={faulty(asked, 'key') ? t.keyWrong : taken ? t.keyTaken : undefined}
            />
          ) : null}
          <TextInput
            label={t.maxEvent}
            inputMode="numeric"
            value={draft.max_event}
            onChange={(event) => change({ max_event: event.currentTarget.value.trim() })}
            error={faulty(asked, 'max_event') ? bytesWrong('max_event_bytes') : undefined}
          />
          <TextInput
            label={t.maxBatch}
            inputMode="numeric"
            value={draft.max_batch}
            onChange={(event) => change({ max_batch: event.currentTarget.value.trim() })}
            error={faulty(asked, 'max_batch') ? bytesWrong('max_batch_bytes') : undefined}
          />
          <NativeSelect
            label={t.answer}
            description={t.answerHelp}
            value={draft.answer}
            onChange={(event) => change({ answer: event.currentTarget.value === 'segment' ? 'segment' : 'explicit' })}
            data={[
              { value: 'explicit', label: t.explicit },
              { value: 'segment', label: t.segment },
            ]}
          />
          <NativeSelect
            label={t.unreadableTimes}
            value={draft.unreadable_times}
            onChange={(event) =>
              change({ unreadable_times: event.currentTarget.value === 'reject' ? 'reject' : 'keep' })
            }
            data={[
              { value: 'keep', label: t.keepUnreadable },
              { value: 'reject', label: t.rejectUnreadable },
            ]}
          />
          <Checkbox
            label={t.enabledLabel}
            checked={draft.enabled}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
        </>
      )}
    </ResourceForm>
  );
}

function draftOf(existing: Source | null): SourceDraft {
  return {
    key: existing?.key ?? '',
    name: existing?.name ?? '',
    max_event: String(existing?.max_event_bytes ?? LIMIT_BOUNDS.max_event_bytes.default),
    max_batch: String(existing?.max_batch_bytes ?? LIMIT_BOUNDS.max_batch_bytes.default),
    answer: existing?.answer ?? 'explicit',
    unreadable_times: existing?.unreadable_times ?? 'keep',
    enabled: existing?.enabled ?? true,
  };
}
