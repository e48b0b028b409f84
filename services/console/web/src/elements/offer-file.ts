/** Until then, the browser has asked where to. */
const SAVED_WITHIN_MS = 120_000;

/** Lets the browser save a file under a name. */
export function offerFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_WITHIN_MS);
}
