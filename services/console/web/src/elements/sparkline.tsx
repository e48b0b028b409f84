/** Size of the drawing, in its own units; the page stretches it. */
const SPARKLINE = { width: 100, height: 24 } as const;

/** Room above and below, so that no half of the stroke is cut off. */
const MARGIN = 2;

interface SparklineProps {
  readonly values: readonly number[];
  /** What the line says, in words. */
  readonly label: string;
}

/** A small line beside a number, without axes: whether it grows, shrinks, or stays. */
export function Sparkline({ values, label }: SparklineProps) {
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${SPARKLINE.width} ${SPARKLINE.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={sparklinePath(values)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/**
 * The SVG path of a line through values, evenly spaced from left to right: each value holds until the next one. It
 * begins at 0 and ends at the highest value, so that a flat line of few looks flat.
 */
export function sparklinePath(values: readonly number[]): string {
  const most = values.reduce((highest, value) => Math.max(highest, value), 1);
  const step = SPARKLINE.width / Math.max(1, values.length - 1);
  const y = (value: number) => round(SPARKLINE.height - MARGIN - (value / most) * (SPARKLINE.height - 2 * MARGIN));
  return values
    .map((value, index) => (index === 0 ? `M0 ${y(value)}` : `H${round(index * step)}V${y(value)}`))
    .join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
