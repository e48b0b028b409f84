import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { readAll } from '../../api/use-pages.ts';
import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useMessages } from '../../language/language.tsx';
import { type Form, formAt, textAt, TypedNumber, withField } from '../domain/draft.ts';
import { fieldText, withSeenKind } from '../domain/value-test.ts';
import { readSegments } from '../segment-api.ts';
import { useIsFaulty } from './builder-context.tsx';
import type { LeafFormProps } from './event-forms.tsx';
import { OptionalLength } from './length-field.tsx';
import { builderMessages } from './messages.ts';
import { PathField } from './path-field.tsx';
import { useSeenPaths, useSeenValues } from './seen-api.ts';
import { TestOfPath } from './value-test-field.tsx';

const TRAITS = { kind: 'traits' } as const;

/** A test of a trait. */
export function TraitForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const path = textAt(value, 'trait') ?? '';
  const paths = useSeenPaths(TRAITS);
  const values = useSeenValues(TRAITS, path);
  const setPath = (trait: string): void => {
    const kind = paths.find((seen) => seen.path === trait)?.kinds[0];
    onChange({ ...value, trait, is: withSeenKind(formAt(value, 'is'), kind) });
  };
  return (
    <div className="node-fields">
      <PathField
        label={t.trait}
        field={`${field}.trait`}
        value={path}
        seen={TRAITS}
        autoFocus={autoFocus}
        onChange={setPath}
      />
      <TestOfPath field={field} value={value} place="trait" seen={values} onChange={onChange} />
      <OptionalLength
        label={t.heldFor}
        none={t.anyLength}
        some={t.atLeast}
        field={`${field}.for`}
        value={textAt(value, 'for')}
        onChange={(length) => onChange(withField(value, 'for', length))}
      />
    </div>
  );
}

interface NameFormProps extends LeafFormProps {
  readonly name: 'in' | 'list';
  readonly label: string;
  set(key: string): void;
}

/** Another segment, or a static list, by its key. */
export function NameForm({ field, value, autoFocus, name, label, set }: NameFormProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const api = useApi();
  const { data: segments } = useQuery({
    queryKey: ['segments', 'all'],
    queryFn: ({ signal }) => readAll((cursor) => readSegments(api, cursor, signal)),
    enabled: name === 'in',
  });
  return (
    <div className="node-fields">
      <SuggestInput
        className="wide"
        label={label}
        value={textAt(value, name) ?? ''}
        maxLength={100}
        spellCheck={false}
        autoFocus={autoFocus}
        suggestions={(segments ?? []).map(({ key }) => key)}
        unseen={segments === undefined ? undefined : t.unseenSegment}
        onChange={(event) => set(event.currentTarget.value)}
        error={isFaulty(field) ? t.keyEmpty : undefined}
      />
    </div>
  );
}

/** A fixed share of all profiles. */
export function ShareForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const bucket: Form = formAt(value, 'randomBucket');
  const set = (name: string, next: unknown) => onChange({ randomBucket: { ...bucket, [name]: next } });
  return (
    <div className="node-fields">
      {(['from', 'to'] as const).map((end) => (
        <TextInput
          key={end}
          className="narrow"
          label={t[`share_${end}`]}
          inputMode="decimal"
          autoFocus={autoFocus && end === 'from'}
          value={fieldText(bucket[end])}
          onChange={(event) => set(end, new TypedNumber(event.currentTarget.value))}
          error={isFaulty(`${field}.randomBucket.${end}`) ? t.shareMalformed : undefined}
        />
      ))}
      <TextInput
        className="wide"
        label={t.salt}
        description={t.saltHelp}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        maxLength={100}
        value={textAt(bucket, 'salt') ?? ''}
        onChange={(event) => set('salt', event.currentTarget.value)}
        error={isFaulty(`${field}.randomBucket.salt`) ? t.saltEmpty : undefined}
      />
    </div>
  );
}
