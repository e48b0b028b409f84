import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useFormats, useMessages } from '../../language/language.tsx';
import { COUNT_OPERATORS, UNITS } from '../domain/condition.ts';
import { type DidDraft, newWhere, type WhereDraft } from '../domain/draft.ts';
import { languageMessages } from '../domain/messages.ts';
import { withKind } from '../domain/suggest.ts';
import { useBuilding, useFaultText } from './builder-context.tsx';
import { builderMessages } from './messages.ts';
import { PathField } from './path-field.tsx';
import { useEventsKnown, usePathsKnown, useSeenEvents, useSeenPaths, useSeenValues } from './seen-api.ts';
import { TestEditor } from './test-editor.tsx';

interface OfDid {
  readonly draft: DidDraft;
}

/** An event, how often, within which time, and with which properties. */
export function DidEditor({ draft }: OfDid) {
  const t = useMessages(builderMessages);
  const { newId, change, made, fresh } = useBuilding();
  const faultText = useFaultText();
  const events = useSeenEvents();
  const eventsKnown = useEventsKnown();
  const addWhere = (): void => {
    const where = newWhere(newId);
    made(where.id);
    change({ ...draft, where: [...draft.where, where] });
  };
  return (
    <>
      <div className="node-fields">
        <SuggestInput
          className="wide"
          label={t.event}
          value={draft.event}
          maxLength={500}
          spellCheck={false}
          suggestions={events}
          unseen={eventsKnown ? t.unseenEvent : undefined}
          autoFocus={fresh === draft.id}
          onChange={(event) => change({ ...draft, event: event.currentTarget.value })}
          error={faultText(draft.id, 'event')}
        />
        <CountEditor draft={draft} />
        <WithinEditor draft={draft} />
      </div>
      {draft.where.map((where, index) => (
        <WhereEditor key={where.id} draft={draft} where={where} index={index} />
      ))}
      <Button size="xs" variant="default" mt="sm" onClick={addWhere}>
        {t.addWhere}
      </Button>
    </>
  );
}

function CountEditor({ draft }: OfDid) {
  const t = useMessages(builderMessages);
  const words = useMessages(languageMessages);
  const { change } = useBuilding();
  const faultText = useFaultText();
  const { count } = draft;
  const choose = (wanted: string): void => {
    const operator = COUNT_OPERATORS.find((one) => one === wanted);
    change({ ...draft, count: operator === undefined ? null : { operator, times: count?.times ?? '2' } });
  };
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.howOften}
        value={count?.operator ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: '', label: t.atLeastOnce },
          ...COUNT_OPERATORS.map((one) => ({ value: one, label: `${words[`count_${one}`]} …` })),
        ]}
      />
      {count === null ? null : (
        <TextInput
          w={90}
          label={t.times}
          inputMode="numeric"
          value={count.times}
          onChange={(event) => change({ ...draft, count: { ...count, times: event.currentTarget.value.trim() } })}
          error={faultText(draft.id, 'count')}
        />
      )}
    </>
  );
}

function WithinEditor({ draft }: OfDid) {
  const t = useMessages(builderMessages);
  const words = useMessages(languageMessages);
  const { change } = useBuilding();
  const faultText = useFaultText();
  const { within } = draft;
  const amount = Number(within?.amount);
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.howLong}
        value={within === null ? 'ever' : 'lately'}
        onChange={(event) =>
          change({ ...draft, within: event.currentTarget.value === 'ever' ? null : { amount: '30', unit: 'd' } })
        }
        data={[
          { value: 'ever', label: t.ever },
          { value: 'lately', label: t.lately },
        ]}
      />
      {within === null ? null : (
        <>
          <TextInput
            w={90}
            label={t.amount}
            inputMode="numeric"
            value={within.amount}
            onChange={(event) => change({ ...draft, within: { ...within, amount: event.currentTarget.value.trim() } })}
            error={faultText(draft.id, 'within')}
          />
          <NativeSelect
            w={120}
            label={t.unit}
            value={within.unit}
            onChange={(event) => {
              const unit = UNITS.find((one) => one === event.currentTarget.value) ?? 'd';
              change({ ...draft, within: { ...within, unit } });
            }}
            data={UNITS.map((unit) => ({ value: unit, label: words[`unit_${unit}`](amount) }))}
          />
        </>
      )}
    </>
  );
}

function WhereEditor({ draft, where, index }: OfDid & { readonly where: WhereDraft; readonly index: number }) {
  const t = useMessages(builderMessages);
  const formats = useFormats();
  const { change } = useBuilding();
  const name = t.whereOf(formats.count(index + 1));
  const set = (next: WhereDraft) => change({ ...draft, where: draft.where.with(index, next) });
  const of = { kind: 'event', event: draft.event } as const;
  const paths = useSeenPaths(of);
  const pathsKnown = usePathsKnown(of);
  const values = useSeenValues(of, where.path);
  const setPath = (path: string): void => {
    const kind = paths.find((seen) => seen.path === path)?.kinds[0];
    set({ ...where, path, test: withKind(where.test, kind) });
  };
  return (
    <Group className="node-where" role="group" aria-label={name} align="flex-start" gap="sm">
      <PathField
        label={t.property}
        id={where.id}
        path={where.path}
        seen={paths}
        unseen={pathsKnown ? t.unseenProperty : undefined}
        onChange={setPath}
      />
      <TestEditor id={where.id} test={where.test} seen={values} onChange={(test) => set({ ...where, test })} />
      <Button
        size="compact-sm"
        variant="default"
        mt={29}
        aria-label={t.remove(name)}
        onClick={() => change({ ...draft, where: draft.where.toSpliced(index, 1) })}
      >
        {t.removeShort}
      </Button>
    </Group>
  );
}
