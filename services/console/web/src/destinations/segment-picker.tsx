import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { readAll } from '../api/use-pages.ts';
import { useMessages } from '../language/language.tsx';
import { readSegments } from '../segments/segment-api.ts';
import { destinationMessages } from './messages.ts';

/** Options drawn at once; who looks for another one types. */
const OPTIONS = 100;

interface SegmentPickerProps {
  /** Keys of segments. */
  readonly chosen: readonly string[];
  readonly error: string | undefined;
  change(chosen: readonly string[]): void;
}

/** Chooses segments by name or key. What was chosen before stays on offer, also if the segment was deleted since. */
export function SegmentPicker({ chosen, error, change }: SegmentPickerProps) {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const { data: segments = [] } = useQuery({
    queryKey: ['segments', 'all'],
    queryFn: ({ signal }) => readAll((cursor) => readSegments(api, cursor, signal)),
  });
  const offered = segments.map(({ key, name }) => ({ value: key, label: name === key ? key : `${name} (${key})` }));
  const known = new Set(segments.map(({ key }) => key));
  const others = chosen.filter((key) => !known.has(key)).map((key) => ({ value: key, label: key }));
  return (
    <MultiSelect
      label={t.chosen}
      placeholder={t.chosenHelp}
      searchable
      clearable
      limit={OPTIONS}
      data={[...others, ...offered]}
      value={[...chosen]}
      onChange={change}
      nothingFoundMessage={t.noSuchSegment}
      error={error}
    />
  );
}
