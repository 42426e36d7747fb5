// The answers of several workers to one frame, as one.

import type { FromWorker, ViewRequest } from './protocol';

export type FrameAnswer = Extract<FromWorker, { type: 'frame' }>;

export interface FramePart {
  /** Of the view's channels those this worker was asked for, in order. */
  channels: readonly number[];
  answer: FrameAnswer | null;
  /** Crashed, or still with another stream: its channels are missing in this picture. */
  lost: boolean;
}

type Take = (bytes: number) => ArrayBuffer;
type Samples = NonNullable<FrameAnswer['samples']>;

/** Null when no worker has answered. `take` gives memory for what is put together here. */
export function mergeFrames(id: number, view: ViewRequest, parts: readonly FramePart[], take: Take): FrameAnswer | null {
  if (!parts.some((part) => part.answer)) return null;
  const heard = parts.flatMap((part) => (part.answer && !part.lost ? [part.answer] : []));
  // A worker that has just begun knows no stream yet.
  const answers = heard.some((answer) => answer.state) ? heard.filter((answer) => answer.state) : heard;
  const [first] = answers;
  if (!first) return nothing(id, view);
  if (parts.length === 1) return first;
  const complete = answers.length === parts.length;
  const known = answers.flatMap(({ state }) => (state ? [state] : []));
  // What is true of all of them: the picture ends where the slowest does.
  const oldest = known.toSorted((a, b) => a.endFrame - b.endFrame)[0];
  const state = oldest ? { ...oldest, firstFrame: Math.max(...known.map(({ firstFrame }) => firstFrame)) } : null;
  const sum = (count: (answer: FrameAnswer) => number): number => answers.reduce((total, answer) => total + count(answer), 0);
  const samples = answers.find((answer) => answer.samples)?.samples ?? null;
  return {
    type: 'frame',
    id,
    state,
    view,
    // What a lost worker would have shown is not a gap.
    completeFrom: complete ? Math.max(...answers.map((answer) => answer.completeFrom)) : (state?.endFrame ?? 0),
    waveform: lanes(view, parts, state && !samples ? 2 * view.widthPx : 0, (answer) => answer.waveform, take),
    samples: samples && mergedSamples(view, parts, samples, take),
    columns: answers.flatMap((answer) => answer.columns),
    level: first.level,
    // The busiest: when it has no time left, the picture is late.
    busyMs: Math.max(...answers.map((answer) => answer.busyMs)),
    columnsComputed: sum((answer) => answer.columnsComputed),
    columnsPending: sum((answer) => answer.columnsPending),
    columnsDropped: sum((answer) => answer.columnsDropped),
    bytesCopied: sum((answer) => answer.bytesCopied),
  };
}

function mergedSamples(view: ViewRequest, parts: readonly FramePart[], { firstSample, samplesPerChannel }: Samples, take: Take): Samples {
  const values = lanes(view, parts, samplesPerChannel, (answer) => answer.samples?.values ?? null, take);
  return { firstSample, samplesPerChannel, values };
}

/** Each channel's `length` values in the order of the view, NaN where its worker has none. */
function lanes(
  view: ViewRequest,
  parts: readonly FramePart[],
  length: number,
  values: (answer: FrameAnswer) => Float32Array | null,
  take: Take,
): Float32Array {
  const total = length * view.channels.length;
  if (total === 0) return new Float32Array(0);
  const merged = new Float32Array(take(4 * total), 0, total).fill(NaN);
  for (const { channels, answer, lost } of parts) {
    const source = answer && !lost ? values(answer) : null;
    if (!source || source.length < length * channels.length) continue;
    channels.forEach((channel, i) => merged.set(source.subarray(i * length, (i + 1) * length), view.channels.indexOf(channel) * length));
  }
  return merged;
}

/** Nobody knows the stream. */
function nothing(id: number, view: ViewRequest): FrameAnswer {
  const work = { busyMs: 0, columnsComputed: 0, columnsPending: 0, columnsDropped: 0, bytesCopied: 0 };
  const empty = { state: null, completeFrom: 0, waveform: new Float32Array(0), samples: null, columns: [], level: 0 };
  return { type: 'frame', id, view, ...empty, ...work };
}
