import { Anchor, Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { Empty } from '../elements/empty.tsx';
import { SegmentLink } from '../elements/links.tsx';
import { Section } from '../elements/section.tsx';
import { useMessages } from '../language/language.tsx';
import type { SegmentSize } from '../live/overview.ts';
import { readListSizes } from '../segments/list-sizes.ts';
import { useRight } from '../session/session.tsx';
import { type GrownSegment, grownMost } from './grown-segments.ts';
import { homeMessages } from './messages.ts';

const EVERY_MS = 60_000;
/** Segments whose growth is asked for at once: the largest. */
const ASKED = 50;

/** The segments that have grown most within seven days; the page of segments has all. */
export function SegmentsGrown({ segments }: { readonly segments: readonly SegmentSize[] | null }) {
  const t = useMessages(homeMessages);
  return (
    <Section title={t.segments}>
      {segments === null ? (
        <Empty title={t.segmentsUnavailable}>{t.segmentsUnavailableHelp}</Empty>
      ) : segments.length === 0 ? (
        <NoSegments />
      ) : (
        <Grown segments={segments} />
      )}
    </Section>
  );
}

function NoSegments() {
  const t = useMessages(homeMessages);
  const mayChange = useRight('segmentation:write');
  const create = (
    <Button component={Link} to="/segments/new">
      {t.newSegment}
    </Button>
  );
  return (
    <Empty title={t.noSegments} action={mayChange ? create : null}>
      {t.noSegmentsHelp}
    </Empty>
  );
}

function Grown({ segments }: { readonly segments: readonly SegmentSize[] }) {
  const t = useMessages(homeMessages);
  const api = useApi();
  const largest = segments.toSorted((a, b) => b.members - a.members).slice(0, ASKED);
  const keys = largest.map(({ segment }) => segment).toSorted();
  const { data } = useQuery({
    queryKey: ['segment-growth', ...keys],
    queryFn: ({ signal }) => readListSizes(api, keys, signal),
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS / 2,
    // A segment more or less: what is known of the others stays.
    placeholderData: keepPreviousData,
  });
  const grown = grownMost(largest, data ?? new Map());
  return (
    <>
      {grown.length === 0 ? <Text c="dimmed">{t.noneGrown}</Text> : null}
      <ul className="rows">
        {grown.map((segment) => (
          <GrownRow key={segment.segment} of={segment} />
        ))}
      </ul>
      <Group mt="xs">
        <Anchor component={Link} to="/segments" size="sm">
          {t.allSegments}
        </Anchor>
      </Group>
    </>
  );
}

function GrownRow({ of: { segment, name, members, grown } }: { readonly of: GrownSegment }) {
  const t = useMessages(homeMessages);
  return (
    <li>
      <SegmentLink segment={segment}>{name}</SegmentLink>
      <span className="number">
        <strong>{t.grown(grown)}</strong> · {t.members(members)}
      </span>
    </li>
  );
}
