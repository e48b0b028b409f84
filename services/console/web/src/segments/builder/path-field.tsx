import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useMessages } from '../../language/language.tsx';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { builderMessages } from './messages.ts';
import { type SeenOf, usePathsKnown, useSeenPaths } from './seen-api.ts';

interface PathFieldProps extends FieldProps<string> {
  readonly label: string;
  /** Whose paths are suggested. */
  readonly seen: SeenOf;
  /** Where the path begins; absent: at the event or the profile. */
  readonly within?: string | undefined;
  readonly autoFocus?: boolean;
}

/** The name of a trait or a property, with dots between the parts of a path. */
export function PathField({ label, field, value, seen, within, autoFocus = false, onChange }: PathFieldProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const paths = useSeenPaths(seen).map(({ path }) => path);
  const isKnown = usePathsKnown(seen);
  const inner = within === undefined ? paths : paths.flatMap((path) => innerPath(path, within));
  const unseen = seen.kind === 'traits' ? t.unseenTrait : t.unseenProperty;
  return (
    <SuggestInput
      className="wide"
      label={label}
      value={value}
      maxLength={500}
      spellCheck={false}
      suggestions={inner}
      unseen={isKnown ? unseen : undefined}
      autoFocus={autoFocus}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={isFaulty(field) ? (value === '' ? t.pathEmpty : t.pathMalformed) : undefined}
    />
  );
}

function innerPath(path: string, within: string): readonly string[] {
  return path.startsWith(`${within}.`) ? [path.slice(within.length + 1)] : [];
}
