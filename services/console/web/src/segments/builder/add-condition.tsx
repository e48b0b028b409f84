import { Button, Group, Menu } from '@mantine/core';
import { useMessages } from '../../language/language.tsx';
import { LEAF_KINDS, type LeafKind } from '../domain/leaf-kinds.ts';
import { builderMessages } from './messages.ts';

interface AddConditionProps {
  add(kind: LeafKind): void;
  /** Absent: groups cannot be added here. */
  readonly addGroup?: () => void;
}

/** Adds a condition of any kind that can be saved, or a group. */
export function AddCondition({ add, addGroup }: AddConditionProps) {
  const t = useMessages(builderMessages);
  const others = LEAF_KINDS.filter((kind) => kind !== 'event' && kind !== 'trait');
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={() => add('event')}>
        {t.addEvent}
      </Button>
      <Button size="xs" variant="default" onClick={() => add('trait')}>
        {t.addTrait}
      </Button>
      <Menu position="bottom-start" returnFocus={false}>
        <Menu.Target>
          <Button size="xs" variant="default">
            {t.addOther}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((kind) => (
            <Menu.Item key={kind} onClick={() => add(kind)}>
              {t[`add_${kind}`]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {addGroup === undefined ? null : (
        <Button size="xs" variant="default" onClick={addGroup}>
          {t.addGroup}
        </Button>
      )}
    </Group>
  );
}
