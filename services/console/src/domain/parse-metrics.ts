/** One sample of a Prometheus exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/s;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gsy;
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

/**
 * Reads samples in the Prometheus text format, those whose name begins with one of `prefixes`. Skips malformed lines: a
 * page must not go blank because of one.
 */
export function parseMetrics(text: string, prefixes: readonly string[]): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    // Most of an exposition is histograms that nobody asked for: parsing them all every second costs much more.
    const sample = prefixes.some((prefix) => line.startsWith(prefix)) ? parseLine(line.trim()) : null;
    return sample === null ? [] : [sample];
  });
}

function parseLine(line: string): Sample | null {
  const [, name, labels = '', number] = LINE.exec(line) ?? [];
  if (name === undefined || number === undefined) return null;
  const value = valueOf(number);
  const read = parseLabels(labels);
  return value === null || read === null ? null : { name, labels: read, value };
}

function parseLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const match of text.matchAll(LABEL)) {
    labels[match[1] as string] = (match[2] as string).replace(/\\[\\"n]/g, (escape) => ESCAPES[escape] ?? escape);
    end = match.index + match[0].length;
  }
  return end === text.length ? labels : null;
}

function valueOf(text: string): number | null {
  if (text === 'NaN') return Number.NaN;
  if (/^\+?Inf$/.test(text)) return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
}
