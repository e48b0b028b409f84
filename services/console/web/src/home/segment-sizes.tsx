import { Anchor, Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { Empty } from '../elements/empty.tsx';
import { Section } from '../elements/section.tsx';
import { useMessages } from '../language/language.tsx';
import type { SegmentSize } from '../live/overview.ts';
import { useRight } from '../session/session.tsx';
import { homeMessages } from './messages.ts';

/** Segments on Home; the page of segments has all. */
const SHOWN = 8;

/** The largest segments with their sizes now. */
export function SegmentSizes({ segments }: { readonly segments: readonly SegmentSize[] | null }) {
  const t = useMessages(homeMessages);
  return (
    <Section title={t.segments}>
      {segments === null ? (
        <Empty title={t.segmentsAway}>{t.segmentsAwayHelp}</Empty>
      ) : segments.length === 0 ? (
        <NoSegments />
      ) : (
        <Sizes segments={segments} />
      )}
    </Section>
  );
}

function NoSegments() {
  const t = useMessages(homeMessages);
  const may_change = useRight('segmentation:write');
  const make = (
    <Button component={Link} to="/segments/new">
      {t.newSegment}
    </Button>
  );
  return (
    <Empty title={t.noSegments} action={may_change ? make : null}>
      {t.noSegmentsHelp}
    </Empty>
  );
}

function Sizes({ segments }: { readonly segments: readonly SegmentSize[] }) {
  const t = useMessages(homeMessages);
  const largest = segments.toSorted((a, b) => b.members - a.members).slice(0, SHOWN);
  return (
    <>
      <ul className="rows">
        {largest.map(({ segment, name, members }) => (
          <li key={segment}>
            <Anchor component={Link} to={pathOf`/segments/${segment}`}>
              {name}
            </Anchor>
            <strong className="number">{t.members(members)}</strong>
          </li>
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
