import './builder.css';
import { Button, Group } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { useMessages } from '../../language/language.tsx';
import type { DraftFault } from '../domain/condition-of.ts';
import { type Draft, type NewId, newDid, newTrait } from '../domain/draft.ts';
import { withNode, withoutNode } from '../domain/draft.ts';
import { BuildingContext } from './builder-context.tsx';
import { builderMessages } from './messages.ts';
import { NodeEditor } from './node-editor.tsx';

interface BuilderProps {
  readonly draft: Draft;
  readonly newId: NewId;
  readonly faults: readonly DraftFault[];
  onChange(draft: Draft): void;
}

/** Builds a condition by choosing, as a tree of groups, events and traits. */
export function Builder({ draft, newId, faults, onChange }: BuilderProps) {
  const [fresh, setFresh] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const building = useMemo(
    () => ({
      newId,
      faults,
      fresh,
      change: (node: Draft) => onChange(withNode(draft, node)),
      remove: (id: string) => {
        onChange(withoutNode(draft, id));
        // The focused element is gone: focus the builder, not the top of the page.
        place.current?.focus();
      },
      made: setFresh,
    }),
    [draft, newId, faults, fresh, onChange],
  );
  return (
    <BuildingContext value={building}>
      <div ref={place} tabIndex={-1}>
        <NodeEditor draft={draft} place="1" removable={false} />
        {draft.kind === 'group' ? null : <Widen draft={draft} newId={newId} onChange={onChange} made={setFresh} />}
      </div>
    </BuildingContext>
  );
}

interface WidenProps extends Pick<BuilderProps, 'draft' | 'newId' | 'onChange'> {
  made(id: string): void;
}

/** Adds a second condition to one that stands alone, by a group around both. */
function Widen({ draft, newId, onChange, made }: WidenProps) {
  const t = useMessages(builderMessages);
  const add = (member: Draft): void => {
    made(member.id);
    onChange({ id: newId(), nots: 0, kind: 'group', match: 'all', members: [draft, member] });
  };
  return (
    <Group gap="xs" mt="sm">
      <Button size="xs" variant="default" onClick={() => add(newDid(newId))}>
        {t.addEvent}
      </Button>
      <Button size="xs" variant="default" onClick={() => add(newTrait(newId))}>
        {t.addTrait}
      </Button>
    </Group>
  );
}
