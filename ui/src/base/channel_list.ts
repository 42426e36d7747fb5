// `1-4, 7` <-> channel indices. People count channels from 1, the ring from 0.

export function channelListText(channels: readonly number[]): string {
  const sorted = [...new Set(channels)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j + 1 < sorted.length && sorted[j + 1] === sorted[j]! + 1) j++;
    const from = sorted[i]! + 1;
    const to = sorted[j]! + 1;
    parts.push(from === to ? String(from) : to === from + 1 ? `${from}, ${to}` : `${from}\u2013${to}`);
    i = j + 1;
  }
  return parts.join(', ');
}

/** Indices in ascending order, or a sentence saying what is wrong. */
export function parseChannelList(text: string, channels: number): number[] | string {
  const picked = new Set<number>();
  for (const part of text.split(/[,;\s]+/).filter(Boolean)) {
    const match = /^(\d{1,4})(?:[-\u2013](\d{1,4}))?$/.exec(part);
    if (!match) return `\u201c${part}\u201d is not a channel; write numbers and ranges such as 1-4, 7.`;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from < 1 || to < from || to > channels) return `This input has channels 1 to ${channels}; \u201c${part}\u201d is outside.`;
    for (let c = from; c <= to; c++) picked.add(c - 1);
  }
  return [...picked].sort((a, b) => a - b);
}
