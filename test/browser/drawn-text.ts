import type { Page } from 'playwright-core';

/** A text on a canvas, or a bar: its middle and width, in screen pixels, and the canvas's width. */
export interface Drawn {
  /** Null: a bar. */
  readonly text: string | null;
  readonly x: number;
  readonly width: number;
  readonly ofWidth: number;
}

/** Runs in the page, whose types these tests lack: records texts and rectangles by canvas, and drops what is erased. */
const NOTE_DRAWING = `
  const drawn = (globalThis.drawn = new Map());
  const rects = new WeakMap();
  const note = (context, text, x, width) => {
    const ratio = devicePixelRatio;
    const one = { text, x: x / ratio, width: width / ratio, ofWidth: context.canvas.width / ratio };
    drawn.set(context.canvas, [...(drawn.get(context.canvas) ?? []), one]);
  };
  const canvas = CanvasRenderingContext2D.prototype;
  const { fillText, clearRect, fill } = canvas;
  canvas.clearRect = function (...area) {
    drawn.delete(this.canvas);
    clearRect.apply(this, area);
  };
  canvas.fillText = function (text, x, y, ...rest) {
    const { width } = this.measureText(text);
    const align = this.textAlign;
    const middle = align === 'right' || align === 'end' ? x - width / 2 : align === 'center' ? x : x + width / 2;
    const { a, e } = this.getTransform();
    note(this, text, e + a * middle, width);
    fillText.call(this, text, x, y, ...rest);
  };
  const { rect } = Path2D.prototype;
  Path2D.prototype.rect = function (x, y, width, height) {
    rects.set(this, [...(rects.get(this) ?? []), { x: x + width / 2, width }]);
    rect.call(this, x, y, width, height);
  };
  canvas.fill = function (...of) {
    for (const { x, width } of rects.get(of[0]) ?? []) note(this, null, x, width);
    fill.apply(this, of);
  };
`;

/** Makes a page record what it draws on canvases from now on. */
export async function noteDrawing(page: Page): Promise<void> {
  await page.addInitScript({ content: NOTE_DRAWING });
}

/** What is on the canvas of the chart with a name. */
export async function drawnOn(page: Page, name: string): Promise<readonly Drawn[]> {
  const canvas = page.getByRole('img', { name }).locator('canvas');
  await canvas.waitFor();
  return canvas.evaluate((element) => (globalThis as { drawn?: Map<unknown, Drawn[]> }).drawn?.get(element) ?? []);
}
