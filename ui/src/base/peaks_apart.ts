// Which of many things may show their name where not all can: each that matters most among those near it.

/**
 * Calls back with every index whose score is the greatest within `reach` on either side, in order; they are more than
 * `reach` apart. A score of 0 is nothing. Who wins depends on the neighbourhood alone, so nothing changes as a picture
 * scrolls. A few steps per score.
 */
export function peaksApart(scores: Float64Array, reach: number, visit: (index: number) => void): void {
  for (let i = 0; i < scores.length; ) {
    const score = scores[i]!;
    if (score === 0) {
      i++;
      continue;
    }
    const end = Math.min(scores.length, i + reach + 1);
    let next = i + 1;
    while (next < end && scores[next]! <= score) next++;
    if (next < end) {
      // All between are no greater than this one, which is near them.
      i = next;
      continue;
    }
    let before = i - 1;
    while (before >= Math.max(0, i - reach) && scores[before]! < score) before--;
    if (before < Math.max(0, i - reach)) visit(i);
    i = end;
  }
}
