import { Checkbox, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { isTaken } from '../api/add-new.ts';
import { ApiError } from '../api/api-error.ts';
import { elementMessages } from '../elements/messages.ts';
import { ResourceForm, useDraft } from '../elements/resource-form.tsx';
import { useLanguage, useMessages } from '../language/language.tsx';
import type { Destination, DestinationInput, DestinationType } from './destination-api.ts';
import { destinationMessages } from './messages.ts';
import { type DestinationDraft, draftSettings, readDraft } from './read-draft.ts';
import { SegmentPicker } from './segment-picker.tsx';
import { SettingField } from './setting-field.tsx';
import { typeWords } from './type-words.ts';

interface DestinationFormProps {
  /** The types that may be chosen; of an existing destination, its own. */
  readonly types: readonly [DestinationType, ...DestinationType[]];
  /** Null: it is a new one. */
  readonly existing: Destination | null;
  readonly error: Error | null;
  readonly busy: boolean;
  /** Whether the last change is saved. */
  readonly saved: boolean;
  save(key: string, input: DestinationInput): void;
}

/** Everything that can be said of a destination: what all have, and the settings that its type asks for. */
export function DestinationForm({ types, existing, error, busy, saved, save }: DestinationFormProps) {
  const t = useMessages(destinationMessages);
  const { language } = useLanguage();
  const { draft, change, changed } = useDraft(draftOf(types[0], existing));
  const type = types.find(({ key }) => key === draft.type) ?? types[0];
  const words = typeWords(type, language);
  const fields = Object.entries(type.fields.properties);
  const mayLack = new Set(
    existing === null ? type.generated : fields.filter(([, { writeOnly }]) => writeOnly).map(([name]) => name),
  );
  const read = readDraft(draft, type, mayLack);
  const refused = useRefusal(error);
  const taken = isTaken(error);
  const drawn = ['name', 'segments', ...fields.map(([name]) => `settings.${name}`)];
  const isShownAtField = taken || (refused !== null && drawn.includes(refused.field));
  /** What is wrong with a field: by the form's own rules once somebody wanted to save, or by what the service says. */
  const faultOf = (asked: boolean, field: string, rule: string) => {
    if (asked && read.kind === 'faults' && read.fields.has(field)) return rule;
    return refused?.field === field ? refused.said : undefined;
  };
  const noteOf = (name: string) => {
    if (!mayLack.has(name)) return '';
    return existing === null ? t.secretNewHelp : t.secretHelp;
  };
  return (
    <ResourceForm
      action={existing === null ? t.saveNew : t.save}
      busy={busy}
      error={isShownAtField ? null : error}
      changed={changed}
      width={640}
      {...(existing === null ? { cancel: '/destinations' } : { saved: saved ? t.saved : null })}
      submit={() => {
        if (read.kind === 'input') save(draft.key, read.input);
      }}
    >
      {(asked) => (
        <>
          {existing === null ? (
            <>
              <NativeSelect
                label={t.type}
                description={words.description}
                value={type.key}
                data={types.map((one) => ({ value: one.key, label: typeWords(one, language).title }))}
                onChange={(event) => {
                  const chosen = types.find(({ key }) => key === event.currentTarget.value) ?? types[0];
                  change({ type: chosen.key, settings: draftSettings(chosen, {}) });
                }}
              />
              <TextInput
                label={t.key}
                description={t.keyHelp}
                value={draft.key}
                onChange={(event) => change({ key: event.currentTarget.value })}
                error={faultOf(asked, 'key', t.keyWrong) ?? (taken ? t.keyTaken : undefined)}
              />
            </>
          ) : null}
          <TextInput
            label={t.name}
            description={t.nameHelp}
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={faultOf(asked, 'name', t.nameWrong)}
          />
          {fields.map(([name, field]) => {
            const said = words.fields[name] ?? field;
            return (
              <SettingField
                key={`${type.key}/${name}`}
                field={field}
                words={said}
                note={noteOf(name)}
                value={draft.settings[name] ?? ''}
                error={faultOf(asked, `settings.${name}`, t.must(said.wanted))}
                change={(value) => change({ settings: { ...draft.settings, [name]: value } })}
              />
            );
          })}
          <Radio.Group
            label={t.segments}
            value={draft.allSegments ? 'all' : 'some'}
            onChange={(value) => change({ allSegments: value === 'all' })}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="all" label={t.allSegments} />
              <Radio value="some" label={t.chosenSegments} />
            </Stack>
          </Radio.Group>
          {draft.allSegments ? null : (
            <SegmentPicker
              chosen={draft.segments}
              change={(segments) => change({ segments })}
              error={faultOf(asked, 'segments', t.segmentsWrong)}
            />
          )}
          <Checkbox
            label={t.enabledLabel}
            checked={draft.enabled}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
          <Checkbox
            label={t.backfilledLabel}
            description={t.backfilledHelp}
            checked={draft.backfilled}
            onChange={(event) => change({ backfilled: event.currentTarget.checked })}
          />
        </>
      )}
    </ResourceForm>
  );
}

function draftOf(type: DestinationType, existing: Destination | null): DestinationDraft {
  const segments = existing?.segments ?? 'all';
  return {
    type: type.key,
    key: existing?.key ?? '',
    name: existing?.name ?? '',
    settings: draftSettings(type, existing?.settings ?? {}),
    allSegments: segments === 'all',
    segments: segments === 'all' ? [] : segments,
    enabled: existing?.enabled ?? true,
    backfilled: existing?.backfilled ?? false,
  };
}

/** The field that the service refuses, and what it says of it; null: the error is about no field. */
function useRefusal(error: Error | null): { readonly field: string; readonly said: string } | null {
  const t = useMessages(elementMessages);
  if (!(error instanceof ApiError) || error.fault.kind !== 'refused' || error.fault.field === null) return null;
  return { field: error.fault.field, said: t.said(error.fault.detail) };
}
