// Shell patterns over kinds: `*` any text, `?` one character, `[0-7]` and `[!x]` one of a set. Takes at most the product of
// both lengths in steps, whatever the pattern, so that a hostile one stops nothing.

/** `audio.*` matches `audio.clip`. An underscore in the pattern may stand for the dot of a kind. */
export function kindMatches(glob: string, kind: string): boolean {
  return globMatches(glob, kind) || globMatches(glob, kind.replaceAll('.', '_'));
}

export function globMatches(glob: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  /** The last star and the first character it does not swallow yet. */
  let star = -1;
  let resumed = 0;
  while (inText < text.length) {
    const length = glob[at] === '*' ? 0 : matchOne(glob, at, text[inText]!);
    if (length > 0) {
      at += length;
      inText++;
    } else if (glob[at] === '*') {
      star = at++;
      resumed = inText;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++resumed;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}

/** How many characters of the pattern this character satisfies, 0 when it does not. */
function matchOne(glob: string, at: number, character: string): number {
  if (glob[at] === '?') return 1;
  const end = glob[at] === '[' ? glob.indexOf(']', at + (glob[at + 1] === '!' ? 3 : 2)) : -1;
  // A bracket that never closes is itself.
  if (end < 0) return glob[at] === character ? 1 : 0;
  const negated = glob[at + 1] === '!';
  let inside = false;
  for (let i = at + (negated ? 2 : 1); i < end; i++) {
    if (glob[i + 1] === '-' && i + 2 < end) {
      inside ||= glob[i]! <= character && character <= glob[i + 2]!;
      i += 2;
    } else inside ||= glob[i] === character;
  }
  return inside === negated ? 0 : end + 1 - at;
}
