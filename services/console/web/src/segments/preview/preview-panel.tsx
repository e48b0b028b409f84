import type { Condition } from '@hilo/behaviour/version-2/language';
import { List, Loader, Paper, Stack, Text } from '@mantine/core';
import { Fault } from '../../elements/fault.tsx';
import { ProfileLink, SegmentLink } from '../../elements/links.tsx';
import { StateMark } from '../../elements/state-mark.tsx';
import { useFormats, useMessages } from '../../language/language.tsx';
import { leavesOf } from '../domain/leaves.ts';
import { previewMessages } from './messages.ts';
import { type Preview, useNamed, usePreview } from './preview-api.ts';
import { PreviewWarnings } from './preview-warnings.tsx';
import { useConditionWords } from '../use-condition-words.ts';

/** Segments named that the condition overlaps with. */
const OVERLAPS = 5;

interface PreviewPanelProps {
  /** Null: it is not complete. */
  readonly condition: Condition | null;
  /** Key of the segment that is edited; null: a new one. */
  readonly replaced: string | null;
}

/** How many people a condition holds for, and some of them, while it is being written. */
export function PreviewPanel({ condition, replaced }: PreviewPanelProps) {
  const t = useMessages(previewMessages);
  const { data, error, isBehind, retry } = usePreview(condition, replaced);
  if (condition === null) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={t.title} aria-busy={isBehind}>
      <Stack gap="xs">
        {error === null ? null : <Fault error={error} retry={retry} />}
        <div role="status">
          {error !== null || data === undefined ? null : <Size of={data} />}
          {isBehind ? (
            <Text size="sm" c="dimmed">
              <Loader size="xs" mr="xs" aria-hidden="true" />
              {t.counting}
            </Text>
          ) : null}
        </div>
        {error !== null || data === undefined ? null : <Details of={data} condition={condition} replaced={replaced} />}
      </Stack>
    </Paper>
  );
}

function Size({ of: { size, of, share } }: { readonly of: Preview }) {
  const t = useMessages(previewMessages);
  const formats = useFormats();
  return (
    <Text fw={600}>
      {t.size(size)} <span className="dimmed">{t.share(of, formats.share(share))}</span>
    </Text>
  );
}

interface DetailsProps extends Omit<PreviewPanelProps, 'condition'> {
  readonly of: Preview;
  readonly condition: Condition;
}

function Details({ of: { sample, overlap, size, warnings }, condition, replaced }: DetailsProps) {
  const t = useMessages(previewMessages);
  const formats = useFormats();
  const wordsOf = useConditionWords();
  const people = useNamed(sample);
  const leaves = leavesOf(condition);
  const shared = overlap
    .filter(({ segment, both }) => both > 0 && segment !== replaced)
    .toSorted((a, b) => b.both - a.both)
    .slice(0, OVERLAPS);
  return (
    <>
      <PreviewWarnings of={warnings} condition={condition} />
      {people.length === 0 ? null : (
        <div>
          <Text size="sm" c="dimmed">
            {t.sample}
          </Text>
          <List size="sm" className="breakable">
            {people.map(({ profile_id, name, holds }) => (
              <List.Item key={profile_id}>
                <ProfileLink id={profile_id}>{name}</ProfileLink>
                {leaves.length < 2 ? null : (
                  <Text size="sm" component="span" display="block">
                    {leaves
                      .filter(({ field }) => holds.includes(field))
                      .map((leaf) => (
                        <StateMark key={leaf.field} mood="good">
                          {wordsOf(leaf.condition)}{' '}
                        </StateMark>
                      ))}
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      {shared.length === 0 ? null : (
        <div>
          <Text size="sm" c="dimmed">
            {t.overlap}
          </Text>
          <List size="sm">
            {shared.map(({ segment, both }) => (
              <List.Item key={segment}>
                <SegmentLink segment={segment} /> {t.both(formats.count(both), formats.share(both / size))}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </>
  );
}
