import { Alert, Button, Checkbox, Group, NativeSelect, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMessages } from '../../language/language.tsx';
import { type Draft, type GroupDraft, newGroup, newLeaf } from '../domain/draft.ts';
import { blankOf, type LeafKind } from '../domain/leaf-kinds.ts';
import { AddCondition } from './add-condition.tsx';
import { useBuilding } from './builder-context.tsx';
import { LeafEditor } from './leaf-editor.tsx';
import { builderMessages } from './messages.ts';

interface NodeProps<T> {
  readonly draft: T;
  /** Where it stands in the tree, such as `1.2`. */
  readonly place: string;
  /** The same as the reader names it, such as `condition.all[1]`. */
  readonly field: string;
  /** Its place among its neighbours, and how many there are; null: it is the whole condition. */
  readonly among: { readonly index: number; readonly count: number } | null;
}

/** Edits a node of the tree, of whatever kind. `field`: where the node stands, its negations included. */
export function NodeEditor({ draft, place, field, among }: NodeProps<Draft>) {
  const inner = `${field}${'.not'.repeat(draft.nots)}`;
  return (
    <NodeFrame draft={draft} place={place} field={inner} among={among}>
      {draft.kind === 'group' ? (
        <GroupEditor draft={draft} place={place} field={inner} />
      ) : (
        <LeafEditor draft={draft} field={inner} />
      )}
    </NodeFrame>
  );
}

function GroupEditor({ draft, place, field }: Omit<NodeProps<GroupDraft>, 'among'>) {
  const t = useMessages(builderMessages);
  const { newId, change, made } = useBuilding();
  const { match, members } = draft;
  const add = (member: Draft, fresh = member.id): void => {
    made(fresh);
    change({ ...draft, members: [...members, member] });
  };
  const addGroup = (): void => {
    const first = newLeaf(newId, blankOf('event'));
    add(newGroup(newId, match === 'all' ? 'any' : 'all', [first]), first.id);
  };
  return (
    <>
      <NativeSelect
        aria-label={`${t.group(place)}: ${t.match}`}
        w="fit-content"
        value={match}
        onChange={(event) => change({ ...draft, match: event.currentTarget.value === 'any' ? 'any' : 'all' })}
        data={[
          { value: 'all', label: t.all },
          { value: 'any', label: t.any },
        ]}
      />
      <div className="node-members">
        {members.map((member, index) => (
          <NodeEditor
            key={member.id}
            draft={member}
            place={`${place}.${index + 1}`}
            field={`${field}.${match}[${index}]`}
            among={{ index, count: members.length }}
          />
        ))}
      </div>
      <AddCondition add={(kind: LeafKind) => add(newLeaf(newId, blankOf(kind)))} addGroup={addGroup} />
    </>
  );
}

/** What all nodes share: a name, negation, place and removal. */
function NodeFrame({ draft, place, field, among, children }: NodeProps<Draft> & { readonly children: ReactNode }) {
  const t = useMessages(builderMessages);
  const { change, problems } = useBuilding();
  const name = draft.kind === 'group' ? t.group(place) : t.condition(place);
  const own = [field, draft.kind === 'group' ? `${field}.${draft.match}` : field];
  const isFaulty = problems.some((problem) => own.includes(problem.field));
  const isEmpty = draft.kind === 'group' && draft.members.length === 0;
  return (
    <fieldset className="node" data-kind={draft.kind === 'group' ? 'group' : 'condition'} aria-label={name}>
      <Group justify="space-between" mb="xs">
        <Text size="sm" fw={600} aria-hidden="true">
          {name}
        </Text>
        <Group gap="xs">
          <Checkbox
            size="sm"
            label={t.not}
            aria-label={t.notOf(name)}
            checked={draft.nots > 0}
            onChange={(event) => change({ ...draft, nots: event.currentTarget.checked ? 1 : 0 })}
          />
          {draft.nots > 1 ? <Text size="sm">{t.doubleNot(draft.nots)}</Text> : null}
          <NodeActions draft={draft} name={name} among={among} />
        </Group>
      </Group>
      {isFaulty ? (
        <Alert color="red" mb="xs">
          {isEmpty ? t.groupEmpty : t.tooMuch}
        </Alert>
      ) : null}
      {children}
    </fieldset>
  );
}

interface NodeActionsProps extends Pick<NodeProps<Draft>, 'draft' | 'among'> {
  readonly name: string;
}

/** Moves, groups and removes a node. */
function NodeActions({ draft, name, among }: NodeActionsProps) {
  const t = useMessages(builderMessages);
  const { remove, move, group, ungroup } = useBuilding();
  const { id } = draft;
  const mayUngroup = draft.kind === 'group' && draft.nots === 0 && (among !== null || draft.members.length === 1);
  const button = (label: string, shown: string, act: () => void, isOff = false) => (
    <Button size="compact-sm" variant="default" aria-label={label} title={label} disabled={isOff} onClick={act}>
      {shown}
    </Button>
  );
  return (
    <>
      {among === null || among.count < 2 ? null : (
        <>
          {button(t.moveUp(name), '↑', () => move(id, -1), among.index === 0)}
          {button(t.moveDown(name), '↓', () => move(id, 1), among.index === among.count - 1)}
        </>
      )}
      {mayUngroup ? button(t.ungroup(name), t.ungroupShort, () => ungroup(id)) : null}
      {draft.kind === 'leaf' && among !== null ? button(t.groupOf(name), t.groupShort, () => group(id)) : null}
      {among === null ? null : button(t.remove(name), t.removeShort, () => remove(id))}
    </>
  );
}
