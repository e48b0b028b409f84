import { LIMITS } from '@hilo/behaviour/version-2/forms';
import { Button, Group, TagsInput, Text } from '@mantine/core';
import { useFormats, useMessages } from '../../language/language.tsx';
import { type Form, formsAt, textAt, withField } from '../domain/draft.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import type { LeafFormProps } from './event-forms.tsx';
import { LengthField, OptionalLength, STEP_UNITS } from './length-field.tsx';
import { builderMessages } from './messages.ts';
import { seenOf, useSeenPaths } from './seen-api.ts';
import { SelectorField } from './selector-field.tsx';
import { WhereList } from './where-list.tsx';
import { WindowField } from './window-field.tsx';

/** Events in an order. */
export function SequenceForm({ field, value, autoFocus, onChange }: LeafFormProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const steps = formsAt(value, 'sequence');
  const endsWithNone = 'none' in (steps.at(-1) ?? {});
  const set = (sequence: readonly Form[]) => onChange({ ...value, sequence: sequence.map(inPlace) });
  const same = Array.isArray(value['same']) ? (value['same'] as string[]) : [];
  const paths = useSeenPaths(seenOf(steps[0]?.['did'])).map(({ path }) => path);
  return (
    <>
      {steps.map((step, index) => (
        <StepFields
          // Steps have no names: their places tell them apart.
          key={index}
          index={index}
          field={`${field}.sequence[${index}]`}
          value={step}
          autoFocus={autoFocus && index === 0}
          onChange={(next) => set(steps.with(index, next))}
          remove={steps.length > 1 ? () => set(steps.toSpliced(index, 1)) : null}
          moveUp={index > 0 && !('none' in step) ? () => set(swapped(steps, index)) : null}
        />
      ))}
      <Group gap="xs" my="sm">
        <Button
          size="xs"
          variant="default"
          disabled={steps.length >= LIMITS.steps}
          onClick={() => set(steps.toSpliced(endsWithNone ? -1 : steps.length, 0, { did: '', within: '3d' }))}
        >
          {t.addStep}
        </Button>
        {endsWithNone ? null : (
          <Button
            size="xs"
            variant="default"
            disabled={steps.length >= LIMITS.steps}
            onClick={() => set([...steps, { none: '', within: '1d' }])}
          >
            {t.addNone}
          </Button>
        )}
      </Group>
      <div className="node-fields">
        <WindowField
          field={`${field}.within`}
          value={value['within']}
          onChange={(within) => onChange(withField(value, 'within', within))}
        />
        <OptionalLength
          label={t.span}
          none={t.anyLength}
          some={t.atMost}
          units={STEP_UNITS}
          field={`${field}.span`}
          value={textAt(value, 'span')}
          onChange={(span) => onChange(withField(value, 'span', span))}
        />
        <TagsInput
          className="wide"
          label={t.same}
          placeholder={same.length === 0 ? t.sameHelp : ''}
          data={paths}
          value={same}
          maxTags={LIMITS.same}
          clearButtonProps={{ 'aria-label': t.remove(t.same) }}
          onChange={(next) => onChange(withField(value, 'same', next.length === 0 ? undefined : next))}
          error={isFaulty(`${field}.same`) ? t.pathMalformed : undefined}
        />
      </div>
    </>
  );
}

interface StepProps extends FieldProps<Form> {
  readonly index: number;
  readonly autoFocus: boolean;
  readonly remove: (() => void) | null;
  readonly moveUp: (() => void) | null;
}

function StepFields({ index, field, value, autoFocus, onChange, remove, moveUp }: StepProps) {
  const t = useMessages(builderMessages);
  const formats = useFormats();
  const which = 'none' in value ? 'none' : 'did';
  const name = t.step(formats.count(index + 1));
  const absent = formsAt(value, 'without');
  const setAbsent = (next: readonly Form[]) =>
    onChange(withField(value, 'without', next.length === 0 ? undefined : next));
  return (
    <div className="node-where" role="group" aria-label={name}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Group gap="xs">
          {moveUp === null ? null : (
            <Button size="compact-sm" variant="default" aria-label={t.moveUp(name)} onClick={moveUp}>
              ↑
            </Button>
          )}
          {remove === null ? null : (
            <Button size="compact-sm" variant="default" aria-label={t.remove(name)} onClick={remove}>
              {t.removeShort}
            </Button>
          )}
        </Group>
      </Group>
      <div className="node-fields">
        <SelectorField
          label={which === 'none' ? t.noneOf : t.event}
          field={`${field}.${which}`}
          value={value[which]}
          autoFocus={autoFocus}
          onChange={(next) => onChange({ ...value, [which]: next })}
        />
        {which === 'none' ? (
          <LengthField
            label={t.noneFor}
            units={STEP_UNITS}
            field={`${field}.within`}
            value={textAt(value, 'within') ?? ''}
            onChange={(within) => onChange({ ...value, within })}
          />
        ) : null}
        {which === 'did' && index > 0 ? (
          <OptionalLength
            label={t.sinceBefore}
            none={t.anyLength}
            some={t.atMost}
            units={STEP_UNITS}
            field={`${field}.within`}
            value={textAt(value, 'within')}
            onChange={(within) => onChange(withField(value, 'within', within))}
          />
        ) : null}
      </div>
      <WhereList field={field} value={value} seen={seenOf(value[which])} onChange={onChange} />
      {absent.map((event, at) => (
        <div key={at} className="node-where" role="group" aria-label={t.absentOf(formats.count(at + 1))}>
          <div className="node-fields">
            <SelectorField
              label={t.absent}
              field={`${field}.without[${at}].did`}
              value={event['did']}
              onChange={(did) => setAbsent(absent.with(at, { ...event, did }))}
            />
            <Button
              size="compact-sm"
              variant="default"
              mt={29}
              aria-label={t.remove(t.absentOf(formats.count(at + 1)))}
              onClick={() => setAbsent(absent.toSpliced(at, 1))}
            >
              {t.removeShort}
            </Button>
          </div>
          <WhereList
            field={`${field}.without[${at}]`}
            value={event}
            seen={seenOf(event['did'])}
            onChange={(next) => setAbsent(absent.with(at, next))}
          />
        </div>
      ))}
      {which === 'did' && index > 0 ? (
        <Button size="xs" variant="default" mt="sm" onClick={() => setAbsent([...absent, { did: '' }])}>
          {t.addAbsent}
        </Button>
      ) : null}
    </div>
  );
}

/** The first step has no step before it. */
function inPlace(step: Form, index: number): Form {
  return index > 0 ? step : withField(withField(step, 'within', undefined), 'without', undefined);
}

function swapped(steps: readonly Form[], index: number): readonly Form[] {
  const [step] = steps.slice(index, index + 1);
  return step === undefined ? steps : steps.toSpliced(index, 1).toSpliced(index - 1, 0, step);
}
