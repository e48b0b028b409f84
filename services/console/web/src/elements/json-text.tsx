import { Code } from '@mantine/core';

/** A value as JSON, to be read; always as text. */
export function JsonText({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <Code block className="copy-text" tabIndex={0} role="region" aria-label={label}>
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}
