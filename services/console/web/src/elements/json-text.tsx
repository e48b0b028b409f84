import { Code } from '@mantine/core';

/** A value as JSON, to be read; always as text. */
export function JsonText({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <Code block className="copy-text" tabIndex={0} role="region" aria-label={label}>
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}

/** A trait's or property's value in one line: text as it is, other values as JSON. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
