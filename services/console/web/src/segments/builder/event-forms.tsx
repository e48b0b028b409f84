import { AGGREGATES, LIMITS } from '@hilo/behaviour/version-2/forms';
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMessages } from '../../language/language.tsx';
import { type Form, formAt, textAt, TypedNumber, withField } from '../domain/draft.ts';
import { fieldText } from '../domain/value-test.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { LengthField } from './length-field.tsx';
import { builderMessages } from './messages.ts';
import { CountField, NumberTestField } from './number-test-field.tsx';
import { PathField } from './path-field.tsx';
import { seenOf, useSeenValues } from './seen-api.ts';
import { SelectorField } from './selector-field.tsx';
import { TestOfPath } from './value-test-field.tsx';
import { WhereList } from './where-list.tsx';
import { TimesFields } from './window-field.tsx';

/** What the form of a condition takes. */
export interface LeafFormProps extends FieldProps<Form> {
  /** Puts the keyboard focus into its first field. */
  readonly autoFocus: boolean;
}

/** An event, how often, within which time, and with which properties. */
export function DidForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const { did, count } = value;
  return (
    <>
      <div className="node-fields">
        <SelectorField
          label={t.event}
          field={`${field}.did`}
          value={did}
          autoFocus={autoFocus}
          onChange={(next) => onChange({ ...value, did: next })}
        />
        <CountField
          field={`${field}.count`}
          value={count as Form | undefined}
          onChange={(next) => onChange(withField(value, 'count', next))}
        />
        <TimesFields field={field} value={value} onChange={onChange} />
      </div>
      <WhereList field={field} value={value} seen={seenOf(did)} onChange={onChange} />
    </>
  );
}

/** A number made from the values of events. */
export function AggregateForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const name = AGGREGATES.find((one) => one in value) ?? 'sum';
  const { [name]: path, ...others } = value;
  return (
    <>
      <div className="node-fields">
        <NativeSelect
          className="narrow"
          label={t.aggregate}
          value={name}
          autoFocus={autoFocus}
          onChange={(event) => onChange({ [event.currentTarget.value]: path, ...others })}
          data={AGGREGATES.map((one) => ({ value: one, label: t[`aggregate_${one}`] }))}
        />
        <PathField
          label={t.property}
          field={`${field}.${name}`}
          value={typeof path === 'string' ? path : ''}
          seen={seenOf(value['of'])}
          onChange={(next) => onChange({ ...value, [name]: next })}
        />
        <SelectorField
          label={t.ofEvent}
          field={`${field}.of`}
          value={value['of']}
          onChange={(of) => onChange({ ...value, of })}
        />
        <NumberTestField
          field={`${field}.is`}
          value={formAt(value, 'is')}
          onChange={(is) => onChange({ ...value, is })}
        />
        <TimesFields field={field} value={value} onChange={onChange} />
      </div>
      <WhereList field={field} value={value} seen={seenOf(value['of'])} onChange={onChange} />
    </>
  );
}

const AGES = ['olderThan', 'newerThan'] as const;

/** The first or last event: how long ago it was, or one of its properties. */
export function OneEventForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const which = 'first' in value ? 'first' : 'last';
  const { [which]: events, ...others } = value;
  const about = 'property' in value ? 'property' : (AGES.find((one) => one in formAt(value, 'is')) ?? 'olderThan');
  const seen = seenOf(events);
  const path = textAt(value, 'property') ?? '';
  const values = useSeenValues(seen, path);
  const ask = (wanted: string): void => {
    if (wanted === 'property') return onChange({ ...value, property: '', is: { eq: '' } });
    const length = Object.values(formAt(value, 'is'))[0];
    const is = { [wanted]: about === 'property' ? '30d' : length };
    onChange(withField({ ...value, is }, 'property', undefined));
  };
  return (
    <>
      <div className="node-fields">
        <NativeSelect
          className="narrow"
          label={t.which}
          value={which}
          autoFocus={autoFocus}
          onChange={(event) => onChange({ [event.currentTarget.value]: events, ...others })}
          data={(['last', 'first'] as const).map((one) => ({ value: one, label: t[`which_${one}`] }))}
        />
        <SelectorField
          label={t.ofEvent}
          field={`${field}.${which}`}
          value={events}
          onChange={(next) => onChange({ ...value, [which]: next })}
        />
        <NativeSelect
          className="narrow"
          label={t.about}
          value={about}
          onChange={(event) => ask(event.currentTarget.value)}
          data={[...AGES, 'property' as const].map((one) => ({ value: one, label: t[`about_${one}`] }))}
        />
        {about === 'property' ? (
          <>
            <PathField
              label={t.property}
              field={`${field}.property`}
              value={path}
              seen={seen}
              onChange={(property) => onChange({ ...value, property })}
            />
            <TestOfPath field={field} value={value} place="property" seen={values} hasAs={false} onChange={onChange} />
          </>
        ) : (
          <LengthField
            label={t.amount}
            field={`${field}.is`}
            value={textAt(formAt(value, 'is'), about) ?? ''}
            onChange={(length) => onChange({ ...value, is: { [about]: length } })}
          />
        )}
      </div>
      <WhereList field={field} value={value} seen={seen} onChange={onChange} />
    </>
  );
}

/** An event in so many of the last periods. */
export function RegularForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const periods = formAt(value, 'periods');
  const set = (name: string, next: unknown) => onChange({ ...value, periods: withField(periods, name, next) });
  return (
    <>
      <div className="node-fields">
        <SelectorField
          label={t.event}
          field={`${field}.regular`}
          value={value['regular']}
          autoFocus={autoFocus}
          onChange={(regular) => onChange({ ...value, regular })}
        />
        {(['atLeast', 'of'] as const).map((name) => (
          <TextInput
            key={name}
            className="narrow"
            label={t[`periods_${name}`]}
            inputMode="numeric"
            value={fieldText(periods[name])}
            onChange={(event) => set(name, new TypedNumber(event.currentTarget.value))}
            error={isFaulty(`${field}.periods.${name}`) ? t.periodsMalformed(String(LIMITS.periods)) : undefined}
          />
        ))}
        <LengthField
          label={t.every}
          field={`${field}.periods.every`}
          value={textAt(periods, 'every') ?? ''}
          onChange={(every) => set('every', every)}
        />
        <Checkbox
          mt={32}
          size="sm"
          label={t.calendar}
          checked={periods['calendar'] === true}
          onChange={(event) => set('calendar', event.currentTarget.checked || undefined)}
        />
        <CountField
          field={`${field}.count`}
          value={value['count'] as Form | undefined}
          onChange={(count) => onChange(withField(value, 'count', count))}
        />
      </div>
      <WhereList field={field} value={value} seen={seenOf(value['regular'])} onChange={onChange} />
    </>
  );
}
