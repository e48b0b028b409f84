import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';

/** Leads to a person; `children`: what to call the person, or else the id of the profile. */
export function ProfileLink({ id, children = id }: { readonly id: string; readonly children?: ReactNode }) {
  return (
    <Anchor component={Link} to={pathOf`/profiles/${id}`}>
      {children}
    </Anchor>
  );
}

/** Leads to a segment; `children`: its name, or else its key. */
export function SegmentLink({
  segment,
  children = segment,
}: {
  readonly segment: string;
  readonly children?: ReactNode;
}) {
  return (
    <Anchor component={Link} to={pathOf`/segments/${segment}`}>
      {children}
    </Anchor>
  );
}
