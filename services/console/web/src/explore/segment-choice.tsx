import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Choice } from '../elements/choice.tsx';
import { useMessages } from '../language/language.tsx';
import { exploreMessages } from './messages.ts';

interface SegmentChoiceProps {
  readonly label: string;
  /** Null: everyone. */
  readonly value: string | null;
  readonly disabled?: boolean;
  readonly description?: string;
  onChange(segment: string | null): void;
}

const SEGMENTS_AT_MOST = 1000;

/** For whom: everyone, or the members of a segment. */
export function SegmentChoice({ label, value, disabled = false, description, onChange }: SegmentChoiceProps) {
  const t = useMessages(exploreMessages);
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['segment-choice'],
    queryFn: ({ signal }) =>
      api.call('GET /api/segmentation/v1/segments', { query: { limit: SEGMENTS_AT_MOST } }, { signal }),
    staleTime: 60_000,
  });
  const segments = data?.items ?? [];
  const known = value === null || segments.some(({ key }) => key === value);
  return (
    <Choice
      label={label}
      disabled={disabled}
      {...(description === undefined ? {} : { description })}
      value={value ?? ''}
      onChange={(chosen) => onChange(chosen === '' ? null : chosen)}
      options={[
        { value: '', label: t.everyone },
        ...(known || value === null ? [] : [{ value, label: value }]),
        ...segments.map(({ key, name }) => ({ value: key, label: name })),
      ]}
    />
  );
}
