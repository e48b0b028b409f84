import { Alert, Button, Checkbox, Group, NativeSelect, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMessages } from '../../language/language.tsx';
import { type Draft, type GroupDraft, newDid, newGroup, newTrait, type TraitDraft } from '../domain/draft.ts';
import { useBuilding, useFaultText } from './builder-context.tsx';
import { DidEditor } from './did-editor.tsx';
import { builderMessages } from './messages.ts';
import { withKind } from '../domain/suggest.ts';
import { PathField } from './path-field.tsx';
import { usePathsKnown, useSeenPaths, useSeenValues } from './seen-api.ts';
import { TestEditor } from './test-editor.tsx';

interface NodeProps<T> {
  readonly draft: T;
  /** Where it stands in the tree, such as `1.2`. */
  readonly place: string;
  readonly removable: boolean;
}

/** Edits a node of the tree, of whatever kind. */
export function NodeEditor({ draft, place, removable }: NodeProps<Draft>) {
  if (draft.kind === 'group') return <GroupEditor draft={draft} place={place} removable={removable} />;
  return (
    <NodeFrame draft={draft} place={place} removable={removable}>
      {draft.kind === 'did' ? <DidEditor draft={draft} /> : <TraitEditor draft={draft} />}
    </NodeFrame>
  );
}

const TRAITS = { kind: 'traits' } as const;

function TraitEditor({ draft }: { readonly draft: TraitDraft }) {
  const t = useMessages(builderMessages);
  const { change } = useBuilding();
  const paths = useSeenPaths(TRAITS);
  const pathsKnown = usePathsKnown(TRAITS);
  const values = useSeenValues(TRAITS, draft.path);
  const setPath = (path: string): void => {
    const kind = paths.find((seen) => seen.path === path)?.kinds[0];
    change({ ...draft, path, test: withKind(draft.test, kind) });
  };
  return (
    <div className="node-fields">
      <PathField
        label={t.trait}
        id={draft.id}
        path={draft.path}
        seen={paths}
        unseen={pathsKnown ? t.unseenTrait : undefined}
        onChange={setPath}
      />
      <TestEditor id={draft.id} test={draft.test} seen={values} onChange={(test) => change({ ...draft, test })} />
    </div>
  );
}

function GroupEditor({ draft, place, removable }: NodeProps<GroupDraft>) {
  const t = useMessages(builderMessages);
  const { newId, change, made } = useBuilding();
  const add = (member: Draft, fresh = member.id): void => {
    made(fresh);
    change({ ...draft, members: [...draft.members, member] });
  };
  const addGroup = (): void => {
    const group = newGroup(newId, draft.match === 'all' ? 'any' : 'all');
    add(group, group.members[0]?.id);
  };
  return (
    <NodeFrame draft={draft} place={place} removable={removable}>
      <NativeSelect
        aria-label={`${t.group(place)}: ${t.match}`}
        w="fit-content"
        value={draft.match}
        onChange={(event) => change({ ...draft, match: event.currentTarget.value === 'any' ? 'any' : 'all' })}
        data={[
          { value: 'all', label: t.all },
          { value: 'any', label: t.any },
        ]}
      />
      <div className="node-members">
        {draft.members.map((member, index) => (
          <NodeEditor key={member.id} draft={member} place={`${place}.${index + 1}`} removable />
        ))}
      </div>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => add(newDid(newId))}>
          {t.addEvent}
        </Button>
        <Button size="xs" variant="default" onClick={() => add(newTrait(newId))}>
          {t.addTrait}
        </Button>
        <Button size="xs" variant="default" onClick={addGroup}>
          {t.addGroup}
        </Button>
      </Group>
    </NodeFrame>
  );
}

/** What all nodes share: a name, negation, and removal. */
function NodeFrame({ draft, place, removable, children }: NodeProps<Draft> & { readonly children: ReactNode }) {
  const t = useMessages(builderMessages);
  const faultText = useFaultText();
  const { change, remove } = useBuilding();
  const name = draft.kind === 'group' ? t.group(place) : t.condition(place);
  const fault = faultText(draft.id, 'node');
  return (
    <fieldset className="node" data-kind={draft.kind} aria-label={name}>
      <Group justify="space-between" mb="xs">
        <Text size="sm" fw={600} aria-hidden="true">
          {name}
        </Text>
        <Group gap="sm">
          <Checkbox
            size="sm"
            label={t.not}
            aria-label={t.notOf(name)}
            checked={draft.nots > 0}
            onChange={(event) => change({ ...draft, nots: event.currentTarget.checked ? 1 : 0 })}
          />
          {draft.nots > 1 ? <Text size="sm">{t.doubleNot(draft.nots)}</Text> : null}
          {removable ? (
            <Button size="compact-sm" variant="default" aria-label={t.remove(name)} onClick={() => remove(draft.id)}>
              {t.removeShort}
            </Button>
          ) : null}
        </Group>
      </Group>
      {fault === undefined ? null : (
        <Alert color="red" mb="xs">
          {fault}
        </Alert>
      )}
      {children}
    </fieldset>
  );
}
