import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useBuilding, useFaultText } from './builder-context.tsx';
import type { SeenPath } from './seen-api.ts';

interface PathFieldProps {
  readonly label: string;
  /** Of the node or the test whose path it is. */
  readonly id: string;
  readonly path: string;
  /** Suggestions. */
  readonly seen: readonly SeenPath[];
  /** Shown for an unknown path; absent: nothing. */
  readonly unseen?: string | undefined;
  onChange(path: string): void;
}

/** The name of a trait or a property, with dots between the parts of a path. */
export function PathField({ label, id, path, seen, unseen, onChange }: PathFieldProps) {
  const { fresh } = useBuilding();
  const faultText = useFaultText();
  return (
    <SuggestInput
      className="wide"
      label={label}
      value={path}
      maxLength={500}
      spellCheck={false}
      suggestions={seen.map((one) => one.path)}
      unseen={unseen}
      autoFocus={fresh === id}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={faultText(id, 'path')}
    />
  );
}
