import { type Overview, parseOverview } from './overview.ts';
import { callItem, emptyItem, segmentItem, serviceItem, stageItem, statusLine } from './render.ts';

/** Seconds of rates that each stage's line shows. */
const SECONDS_SHOWN = 60;

const rates_of = new Map<string, readonly number[]>();

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element "${id}"`);
  return element;
}

/** Writes only what differs, so that a screen reader is told of changes alone. */
function say(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function show(overview: Overview): void {
  say('status', statusLine(overview));
  byId('services').replaceChildren(...overview.services.map(serviceItem));
  byId('stages').replaceChildren(
    ...overview.stages.map((stage) => {
      const rates = [...(rates_of.get(stage.stage) ?? []), stage.records_per_s ?? 0].slice(-SECONDS_SHOWN);
      rates_of.set(stage.stage, rates);
      return stageItem(stage, rates, SECONDS_SHOWN);
    }),
  );
  showSegments(overview);
  const { received, repeats, refused, latest } = overview.webhook;
  say(
    'calls-count',
    `${received.toLocaleString('en')} received, ${repeats.toLocaleString('en')} repeated, ` +
      `${refused.toLocaleString('en')} refused since this console started`,
  );
  byId('calls').replaceChildren(
    ...(latest.length === 0
      ? [emptyItem('No call yet. A destination that points here shows up within milliseconds.')]
      : latest.map(callItem)),
  );
}

function showSegments({ segments }: Overview): void {
  const list = byId('segments');
  if (segments === null) list.replaceChildren(emptyItem('Segmentation does not answer.'));
  else if (segments.length === 0) list.replaceChildren(emptyItem('No segment yet: PUT /v1/segments/{key} makes one.'));
  else list.replaceChildren(...segments.map(segmentItem));
}

const stream = new EventSource('/v1/live');
stream.onmessage = (message: MessageEvent<string>) => show(parseOverview(message.data));
stream.onerror = () => say('status', 'The console does not answer. Trying again…');
