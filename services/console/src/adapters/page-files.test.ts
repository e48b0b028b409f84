import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readPageFiles } from './page-files.ts';

it('reads the built pages with their types, and packs what gets smaller', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-pages-'));
  const script = 'let a = 1;\n'.repeat(100);
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<p>');
  writeFileSync(join(folder, 'assets/index-12345678.js'), script);
  writeFileSync(join(folder, 'assets/index-12345678.js.map'), '{}');
  const files = readPageFiles(folder);
  rmSync(folder, { recursive: true });
  expect([...files.keys()].sort()).toEqual(['/assets/index-12345678.js', '/index.html']);
  expect(files.get('/index.html')).toEqual({
    type: 'text/html; charset=utf-8',
    body: Buffer.from('<p>'),
    packed: null,
  });
  const packed = files.get('/assets/index-12345678.js')?.packed;
  expect(gunzipSync(packed ?? Buffer.alloc(0)).toString()).toBe(script);
});

it('reads nothing where they are not built', () => {
  expect(readPageFiles('/nowhere').size).toBe(0);
});
