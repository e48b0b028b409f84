import './builder.css';
import type { Problem } from '@hilo/behaviour/version-2/forms';
import { Box } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { type Draft, type NewId, newGroup, newLeaf } from '../domain/draft.ts';
import { withGroupAround, withMoved, withNode, withoutGroup, withoutNode } from '../domain/edit-tree.ts';
import { blankOf, type LeafKind } from '../domain/leaf-kinds.ts';
import { AddCondition } from './add-condition.tsx';
import { BuildingContext } from './builder-context.tsx';
import { NodeEditor } from './node-editor.tsx';

interface BuilderProps {
  readonly draft: Draft;
  readonly newId: NewId;
  readonly problems: readonly Problem[];
  onChange(draft: Draft): void;
}

/** Builds a condition by choosing, as a tree of groups and conditions. */
export function Builder({ draft, newId, problems, onChange }: BuilderProps) {
  const [fresh, setFresh] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const building = useMemo(() => {
    // The focused element is gone: focus the builder, not the top of the page.
    const reshape = (tree: Draft): void => {
      onChange(tree);
      place.current?.focus();
    };
    return {
      newId,
      problems,
      fresh,
      change: (node: Draft) => onChange(withNode(draft, node)),
      remove: (id: string) => reshape(withoutNode(draft, id)),
      // The node keeps its elements, and with them the focus.
      move: (id: string, by: number) => onChange(withMoved(draft, id, by)),
      group: (id: string) => reshape(withGroupAround(draft, id, newId)),
      ungroup: (id: string) => reshape(withoutGroup(draft, id)),
      made: setFresh,
    };
  }, [draft, newId, problems, fresh, onChange]);
  /** Adds a second condition to one that stands alone, by a group around both. */
  const widen = (kind: LeafKind): void => {
    const leaf = newLeaf(newId, blankOf(kind));
    setFresh(leaf.id);
    onChange(newGroup(newId, 'all', [draft, leaf]));
  };
  return (
    <BuildingContext value={building}>
      <div ref={place} tabIndex={-1}>
        <NodeEditor draft={draft} place="1" field="condition" among={null} />
        {draft.kind === 'group' ? null : (
          <Box mt="sm">
            <AddCondition add={widen} />
          </Box>
        )}
      </div>
    </BuildingContext>
  );
}
