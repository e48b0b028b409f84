import { expect, it } from 'vitest';
import { csvLine } from './csv-line.ts';

it('writes values as CSV has them', () => {
  const values = ['plain', 'a,b', 'say "hi"', 'two\nlines', 1.5, true, null, ['x', 1], { a: 'b' }];
  expect(csvLine(values)).toBe('plain,"a,b","say ""hi""","two\nlines",1.5,true,,"[""x"",1]","{""a"":""b""}"\r\n');
});
