import { SPARKLINE, sparklinePath } from './sparkline-path.ts';

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
