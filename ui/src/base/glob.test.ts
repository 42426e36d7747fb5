import { describe, expect, it } from 'vitest';
import { globMatches, kindMatches } from './glob';

describe('globs', () => {
  it('match as a shell would', () => {
    const rows: [glob: string, text: string, matches: boolean][] = [
      ['*', '', true],
      ['*', 'audio.clip', true],
      ['audio.*', 'audio.clip', true],
      ['audio.*', 'device.lost', false],
      ['audio.clip', 'audio.clip', true],
      ['audio.clip', 'audio.clips', false],
      ['*.lost', 'device.lost', true],
      ['a*o.c?ip', 'audio.clip', true],
      ['level.ch[0-7]', 'level.ch5', true],
      ['level.ch[0-7]', 'level.ch8', false],
      ['level.ch[!0-7]', 'level.ch8', true],
      ['[]]', ']', true],
      ['a[b', 'a[b', true],
      ['', '', true],
      ['', 'a', false],
      ['a.c', 'abc', false],
    ];
    for (const [glob, text, matches] of rows) expect([glob, text, globMatches(glob, text)]).toEqual([glob, text, matches]);
  });

  it('take kinds with dots or underscores', () => {
    expect(kindMatches('training_step', 'training.step')).toBe(true);
    expect(kindMatches('training.step', 'training.step')).toBe(true);
    expect(kindMatches('training_*', 'eval.step')).toBe(false);
  });

  it('end soon on hostile patterns', () => {
    // A matcher that tried every way would need more steps here than there are atoms.
    expect(globMatches('*a'.repeat(40) + 'b', 'a'.repeat(2000))).toBe(false);
  });
});
