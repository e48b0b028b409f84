import { TextInput } from '@mantine/core';
import { useBuilding, useFaultText } from './builder-context.tsx';

interface PathFieldProps {
  readonly label: string;
  /** Of the node or the test whose path it is. */
  readonly id: string;
  readonly path: string;
  onChange(path: string): void;
}

/** The name of a trait or a property, with dots between the parts of a path. */
export function PathField({ label, id, path, onChange }: PathFieldProps) {
  const { fresh } = useBuilding();
  const faultText = useFaultText();
  return (
    <TextInput
      className="wide"
      label={label}
      value={path}
      maxLength={500}
      spellCheck={false}
      autoComplete="off"
      autoFocus={fresh === id}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={faultText(id, 'path')}
    />
  );
}
