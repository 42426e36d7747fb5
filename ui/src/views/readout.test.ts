import { describe, expect, it } from 'vitest';
import { ColumnStore } from '../render/column_store';
import { Cursor } from '../render/cursor';
import { Picture } from '../render/picture';
import { ViewModel } from '../render/view_model';
import { WaveformData } from '../render/waveform_data';
import { EMPTY_READOUT, readout, spokenReadout } from './readout';
import { timeTicks } from './time_ticks';

function picture(): Picture {
  const cursor = new Cursor();
  const result = new Picture(new ViewModel(), new ColumnStore(), new WaveformData(), new WaveformData(), cursor);
  result.setStream({ streamId: 's', sampleRateHz: 48_000, channels: 2, capacityFrames: 1_440_000, blockFrames: 1024, startTimeUnixMs: null });
  result.state = { firstFrame: 0, endFrame: 960_000, lostFrames: 0, running: true, seenAtMs: 0 };
  result.scale = { firstPx: 1000, framesPerPx: 480, widthPx: 1000 };
  result.liveFrame = 960_000;
  return result;
}

const name = (channel: number): string => `${channel + 1} Left`;
const peak = (): number => 0.5;

describe('readout', () => {
  it('is empty without a cursor', () => {
    expect(readout(picture(), name, peak)).toEqual(EMPTY_READOUT);
    expect(spokenReadout(EMPTY_READOUT)).toBe('Channel \u2013');
  });

  it('names time, frequency, note and level on a spectrogram', () => {
    const p = picture();
    const sent: unknown[] = [];
    const y = Math.floor((1 - Math.log(987.77 / 20) / Math.log(1200)) * 4000);
    p.cursor.moveTo({ channel: 0, kind: 'spectrogram', xPx: 879.2, yPx: y, heightPx: 4000, by: 'pointer' });
    p.cursor.ask({ busy: false, send: (m) => sent.push(m) }, { frame: 902_160, frequencyHz: 987.77, reachHz: 0 }, 1000);
    p.cursor.answer({ type: 'probe', id: 1, frame: 902_160, frequencyHz: 987.77, dbfs: -31.64, peak: { frequencyHz: 987.4, dbfs: -31.55 } });
    const values = readout(p, name, peak);
    expect(values).toMatchObject({
      channel: '1 Left',
      relative: '−1.205 s',
      absolute: '0:18.795',
      frame: '902\u202f160',
      frequency: '987.77 Hz',
      note: 'B5 +0',
      level: '−31.6 dB',
      peak: '987.40 Hz  −31.55 dB',
    });
    expect(spokenReadout(values)).toBe('Channel 1 Left, −1.205 s, 987.77 Hz, B5 +0, −31.6 dB');
    expect(sent).toHaveLength(1);
  });

  it('tells a gap from a place where there never was sound', () => {
    const p = picture();
    const at = (xPx: number): string => {
      p.cursor.moveTo({ channel: 0, kind: 'spectrogram', xPx, yPx: 10, heightPx: 100, by: 'pointer' });
      p.cursor.ask({ busy: false, send: () => {} }, { frame: 0, frequencyHz: 100, reachHz: 0 }, (clock += 5000));
      p.cursor.answer({ type: 'probe', id: ++id, frame: 0, frequencyHz: 100, dbfs: NaN, peak: null });
      return readout(p, name, peak).level;
    };
    let clock = 0;
    let id = 0;
    expect(at(500)).toBe('gap');
    p.state = { ...p.state!, firstFrame: 800_000 };
    expect(at(500)).toBe('\u2013');
    p.scale = { ...p.scale, firstPx: -2000 };
    expect(at(500)).toBe('\u2013');
    expect(readout(p, name, peak).absolute).toBe('\u2013');
  });

  it('reads the peak of a waveform', () => {
    const p = picture();
    p.cursor.moveTo({ channel: 1, kind: 'waveform', xPx: 10, yPx: 10, heightPx: 100, by: 'pointer' });
    expect(readout(p, name, peak)).toMatchObject({ channel: '2 Left', level: '−6.0 dB', frequency: '\u2013' });
  });
});

describe('time axis', () => {
  it('marks round times on the pixel that holds them', () => {
    const scale = { firstPx: 1000, framesPerPx: 480, widthPx: 1000 };
    const labelled = timeTicks(scale, 48_000, 100).filter((tick) => tick.label);
    expect(labelled.map((tick) => tick.label)).toEqual(['0:10', '0:11', '0:12', '0:13', '0:14', '0:15', '0:16', '0:17', '0:18', '0:19', '0:20']);
    expect(labelled.map((tick) => tick.xPx)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });

  it('shows as many decimals as neighbours need, and nothing before zero', () => {
    const fine = timeTicks({ firstPx: 0, framesPerPx: 1 / 32, widthPx: 1000 }, 48_000, 100).filter((tick) => tick.label);
    expect(new Set(fine.map((tick) => tick.label)).size).toBe(fine.length);
    const early = timeTicks({ firstPx: -500, framesPerPx: 480, widthPx: 1000 }, 48_000, 100);
    expect(early[0]!.xPx).toBe(500);
  });
});
