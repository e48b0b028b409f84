import { Sparkline } from '../elements/sparkline.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { endingNow } from './list-sizes.ts';
import { segmentMessages } from './messages.ts';

interface SizeLineProps {
  /** Oldest first; undefined where they are not known. */
  readonly sizes: readonly number[] | undefined;
  readonly members: number;
}

/** A segment's size over the last seven days as a small line; a dash where the history does not tell it. */
export function SizeLine({ sizes, members }: SizeLineProps) {
  const t = useMessages(segmentMessages);
  const { count } = useFormats();
  if (sizes === undefined) return '–';
  const values = endingNow(sizes, members);
  const most = values.reduce((highest, value) => Math.max(highest, value), 0);
  return <Sparkline values={values} label={t.sizeLine(count(members), count(most))} />;
}
