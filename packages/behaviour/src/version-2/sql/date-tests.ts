import type { Cuts } from './cuts.ts';
import { dateSet, type DateSet, type DateTest } from './date-sets.ts';
import type { Parameters } from './parameters.ts';

const LEAP_YEAR = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const DAY_31 = '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])';
const DAY_30 = '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)';
const DAY_28 = '02-(?:0[1-9]|1\\d|2[0-8])';
/** Days that the calendar has, such as 2024-02-29. */
const DAY = `(?:\\d{4}-(?:${DAY_31}|${DAY_30}|${DAY_28})|${LEAP_YEAR}-02-29)`;
const HOUR = '(?:[01]\\d|2[0-3])';
const INSTANT = `^${DAY}[Tt]${HOUR}:[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-]${HOUR}:[0-5]\\d)$`;

/** Whether a text is a date by its form and passes the test at the moment. */
export function dateTest(text: string, test: DateTest, cuts: Cuts, parameters: Parameters): string {
  const { days, instants } = dateSet(test, cuts);
  const passes = (value: string, spans: DateSet['days']) =>
    `arrayExists(v -> ${isInside('v', spans, parameters)}, arrayMap(g -> ${value}, [extractAll(${text}, '[0-9]+')]))`;
  const isDay = `(match(${text}, ${parameters.text(`^${DAY}$`)}) AND ${passes(dayNumber(), days)})`;
  const isInstant = `(match(${text}, ${parameters.text(INSTANT)}) AND ${passes(instantMs(text), instants)})`;
  return `(${isDay} OR ${isInstant})`;
}

function isInside(value: string, spans: DateSet['days'], parameters: Parameters): string {
  const some = spans.filter(([from, to]) => from < to);
  const [only] = some;
  if (only === undefined) return '0';
  if (some.length === 1) {
    return `(${value} >= ${parameters.integer(only[0])} AND ${value} < ${parameters.integer(only[1])})`;
  }
  const starts = parameters.integers(some.map(([from]) => from));
  const ends = parameters.integers([Number.MIN_SAFE_INTEGER, ...some.map(([, to]) => to)]);
  // It is inside if a span has begun and none has ended since.
  return `(${value} >= ${parameters.integer(only[0])} AND roundDown(${value}, ${starts}) > roundDown(${value}, ${ends}))`;
}

/** The number in a group of digits of a date, where they are `g`. */
function digits(index: number): string {
  return `toInt64OrZero(g[${index}])`;
}

/** Days since 1 January 1970 of a date whose groups of digits are `g`, by the Gregorian calendar alone. */
function dayNumber(): string {
  // Years begin in March here, so that a leap day is a year's last; 400 of them more, so that none is negative.
  const years = `(${digits(1)} + 400 - if(${digits(2)} <= 2, 1, 0))`;
  const days = `(intDiv(153 * (${digits(2)} + if(${digits(2)} > 2, -3, 9)) + 2, 5) + ${digits(3)} - 1)`;
  return `(${years} * 365 + intDiv(${years}, 4) - intDiv(${years}, 100) + intDiv(${years}, 400) + ${days} - 865565)`;
}

/** The milliseconds of an instant of RFC 3339 whose groups of digits are `g`. */
function instantMs(text: string): string {
  const seconds = `(${dayNumber()} * 86400 + ${digits(4)} * 3600 + ${digits(5)} * 60 + ${digits(6)})`;
  const fraction = `if(substring(${text}, 20, 1) = '.', toInt64OrZero(substring(concat(g[7], '00'), 1, 3)), 0)`;
  const minutes = `(${digits(-2)} * 60 + ${digits(-1)})`;
  const offset = `multiIf(lower(substring(${text}, -1)) = 'z', 0, substring(${text}, -6, 1) = '-', -${minutes}, ${minutes})`;
  return `(${seconds} * 1000 + ${fraction} - ${offset} * 60000)`;
}
