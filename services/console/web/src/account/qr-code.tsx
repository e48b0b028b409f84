import './account.css';
import { useMemo } from 'react';
import { qrPath } from './qr-path.ts';

/** A text as a picture for cameras; black on white in dark colours too, which not every camera reads the other way round. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  return (
    <svg className="qr-code" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`}>
      <path d={path} />
    </svg>
  );
}
