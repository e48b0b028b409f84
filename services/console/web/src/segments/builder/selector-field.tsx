import { NativeSelect } from '@mantine/core';
import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useMessages } from '../../language/language.tsx';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { builderMessages } from './messages.ts';
import { useEventsKnown, useSeenEvents } from './seen-api.ts';

/** Which events, as people choose them. */
const KINDS = ['event', 'startsWith', 'page', 'screen', 'group', 'identify', 'any'] as const;
type Kind = (typeof KINDS)[number];

interface SelectorFieldProps extends FieldProps {
  readonly label: string;
  readonly autoFocus?: boolean;
}

/** Which events a condition asks for: by name, by type, by the beginning of the name, or all of them. */
export function SelectorField({ label, field, value, autoFocus = false, onChange }: SelectorFieldProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const events = useSeenEvents();
  const eventsKnown = useEventsKnown();
  const kind = kindOf(value);
  const name = nameOf(value);
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.activity}
        value={kind}
        onChange={(event) =>
          onChange(selectorOf(KINDS.find((one) => one === event.currentTarget.value) ?? 'event', name))
        }
        data={KINDS.map((one) => ({ value: one, label: t[`activity_${one}`] }))}
      />
      {kind === 'identify' || kind === 'any' ? null : (
        <SuggestInput
          className="wide"
          label={kind === 'event' ? label : t[`name_${kind}`]}
          placeholder={kind === 'event' || kind === 'startsWith' ? undefined : t.anyName}
          value={name}
          maxLength={500}
          spellCheck={false}
          suggestions={kind === 'event' ? events : []}
          unseen={kind === 'event' && eventsKnown ? t.unseenEvent : undefined}
          autoFocus={autoFocus}
          onChange={(event) => onChange(selectorOf(kind, event.currentTarget.value))}
          error={isFaulty(field) ? t.eventEmpty : undefined}
        />
      )}
    </>
  );
}

function kindOf(value: unknown): Kind {
  if (typeof value !== 'object' || value === null) return 'event';
  if ('startsWith' in value) return 'startsWith';
  if ('any' in value) return 'any';
  return 'type' in value ? (KINDS.find((one) => one === value.type) ?? 'event') : 'event';
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { name, startsWith } = value as { readonly name?: string; readonly startsWith?: string };
  return name ?? startsWith ?? '';
}

function selectorOf(kind: Kind, name: string): unknown {
  if (kind === 'event') return name;
  if (kind === 'startsWith') return { startsWith: name };
  if (kind === 'any') return { any: true };
  return { type: kind, ...(kind === 'identify' || name === '' ? {} : { name }) };
}
