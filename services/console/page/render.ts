import type { Call, Overview, Segment, Service, Stage } from './overview.ts';

const SVG = 'http://www.w3.org/2000/svg';
const LINE_WIDTH = 300;
const LINE_HEIGHT = 30;

/** An element with text and children. Values only ever become text, never markup. */
function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** One sentence on how everything is. */
export function statusLine(overview: Overview): string {
  const instances = overview.services.flatMap((service) => service.instances);
  const away = instances.filter((instance) => instance.state !== 'ready').length;
  if (away === 0) return 'All services are up.';
  return `${away} of ${instances.length} service ${instances.length === 1 ? 'process is' : 'processes are'} not ready.`;
}

/** A service with the state of each of its instances. */
export function serviceItem({ service, instances }: Service): HTMLElement {
  const words = { ready: 'up', starting: 'starting', down: 'down' } as const;
  return element(
    'li',
    {},
    element('span', { class: 'name' }, service),
    ...instances.map(({ instance, state }) =>
      element('span', { class: 'state', 'data-state': state, title: instance }, words[state]),
    ),
  );
}

/** A stage with its figures and the line of its last `seconds` rates. */
export function stageItem(stage: Stage, rates: readonly number[], seconds: number): HTMLElement {
  const lag = stage.lag_records === null ? '–' : whole(stage.lag_records);
  return element(
    'li',
    {},
    element('span', { class: 'name' }, stage.stage),
    rateLine(rates, seconds),
    figure(rate(stage.records_per_s), 'events/s in', false),
    figure(rate(stage.outputs_per_s), 'records/s out', false),
    stage.dead_letters > 0
      ? figure(lag, `lag · ${whole(stage.dead_letters)} dead letters`, true)
      : figure(lag, 'lag', false),
  );
}

/** A segment and how many are in it. */
export function segmentItem({ segment, name, members }: Segment): HTMLElement {
  return element(
    'li',
    {},
    element('span', {}, name, element('span', { class: 'soft' }, ` ${segment}`)),
    element('strong', {}, whole(members)),
  );
}

/** A membership change that reached the webhook. */
export function callItem(call: Call): HTMLElement {
  const time = new Date(call.received_at).toLocaleTimeString('en-GB');
  return element(
    'li',
    {},
    `${call.status} ${call.segment} `,
    element(
      'span',
      { class: 'soft' },
      `by ${call.reason}, ${whole(call.after_ms)} ms after the decision, ${time}, ${call.profile_id}`,
    ),
  );
}

/** A line that says why a list is empty. */
export function emptyItem(text: string): HTMLElement {
  return element('li', { class: 'soft' }, text);
}

function figure(value: string, unit: string, alert: boolean): HTMLElement {
  return element('span', { class: 'figure', 'data-alert': String(alert) }, value, element('small', {}, unit));
}

function rateLine(rates: readonly number[], seconds: number): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'line');
  svg.setAttribute('viewBox', `0 0 ${LINE_WIDTH} ${LINE_HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'polyline');
  line.setAttribute('points', linePoints(rates, seconds));
  svg.append(line);
  return svg;
}

/** The newest rate ends at the right edge; the highest of all touches the top. */
export function linePoints(rates: readonly number[], seconds: number): string {
  const highest = Math.max(1, ...rates);
  const step = LINE_WIDTH / (seconds - 1);
  return rates
    .map((value, index) => {
      const x = LINE_WIDTH - (rates.length - 1 - index) * step;
      return `${x.toFixed(1)},${(LINE_HEIGHT - (value / highest) * LINE_HEIGHT).toFixed(1)}`;
    })
    .join(' ');
}

function rate(value: number | null): string {
  return value === null ? '–' : whole(value);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
