// Programs that are no part of AudioTab put events on the sound: what they send at the frame of a click stands in the very
// column of the screen in which the click is, with half a minute in view and with a few samples per pixel.

import { writeFileSync } from 'node:fs';
import { App, byId } from '../harness/app.mjs';
import { parseColour } from '../harness/colours.mjs';
import { EventLane } from '../harness/event_lane.mjs';
import { expect, test } from '../harness/fixtures.mjs';
import { spikes, ticks } from '../harness/lane_pixels.mjs';
import { Look } from '../harness/looking.mjs';
import { until } from '../harness/processes.mjs';
import { python, send, tokenOf, waysHere } from '../harness/producers.mjs';
import { RATE_HZ } from '../harness/tones.mjs';

/** Short of what is told as silence. */
const CLICKS_S = 1;
const SIGNAL = `signal:impulse?period=${CLICKS_S}&channels=1`;
const CLOSE_FRAMES_PER_PX = 4;
const NEAR_PX = 1;
const SAME_TIME_MS = 250;
/** Nothing else of its colour stands this near to a mark or a click. */
const ALONE_PX = 12;

/**
 * Each producer marks a click of its own in a colour of its own: by its frame, or by the moment at which it sounded.
 * @typedef {{ way: import('../harness/producers.mjs').Way, kind: string, severity: string, colour: string, frame: number, by: 'frame' | 'ts' | 'ts_ns' }} Producer
 * @type {Producer[]}
 */
const PRODUCERS = [
  { way: 'http', kind: 'door.opened', severity: 'info', colour: '--info', frame: frameOfClick(6), by: 'frame' },
  { way: 'websocket', kind: 'pump.settled', severity: 'success', colour: '--live', frame: frameOfClick(8), by: 'ts' },
  { way: 'grpc', kind: 'valve.stuck', severity: 'warning', colour: '--warn', frame: frameOfClick(10), by: 'ts_ns' },
  { way: 'curl', kind: 'laser.failed', severity: 'error', colour: '--error', frame: frameOfClick(12), by: 'frame' },
];

/** @param {number} click */
function frameOfClick(click) {
  return click * CLICKS_S * RATE_HZ;
}

test('four outside programs mark four clicks, and each mark stands where its click is', async ({ open, rig }, info) => {
  // The first time on a machine the Python of the tests is made here.
  test.setTimeout(400_000);
  await python();
  const ways = await waysHere(rig);
  const producers = PRODUCERS.filter(({ way }) => ways.includes(way));
  rig.env.VIZD_PORT = '0'; // a free one: the usual one may belong to somebody on this machine
  const app = new App(await open({ input: SIGNAL }));
  const lane = new EventLane(app.stage.evaluate);
  await app.waitFor('the clicks', (f) => f.head.endFrame > frameOfClick(13), 60_000);

  const origin = await shared(app);
  const headers = { authorization: `Bearer ${await tokenOf(rig)}`, 'content-type': 'application/json' };
  /** @typedef {{ id: string, source: string, seq: number, ts_ns: number, frame: number }} Told */
  const ask = async (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) =>
    /** @type {Promise<{ event: Told, events: Told[] }>} */ ((await fetch(`${origin}${path}`, { ...init, headers })).json());
  const { event: now } = await ask('/api/event', { method: 'POST', body: JSON.stringify({ kind: 'clock.asked' }) });

  const places = await test.step('one event by each', () =>
    Promise.all(producers.map(({ way, kind, severity, frame, by }) => {
      // Who knows the moment of one frame knows that of every other.
      const ns = now.ts_ns + ((frame - now.frame) / RATE_HZ) * 1e9;
      const at = { frame, ts: ns / 1e6, ts_ns: Math.round(ns) }[by];
      return send(way, origin, rig, { kind, severity, source: 'elsewhere', message: `${kind} told by ${way}`, [by]: at });
    })));
  const { events } = await ask('/api/events');
  await app.click('zoom-all');
  await app.click('freeze');
  await app.waitFor('a standing view', (f) => !f.view.following);
  // The ring goes round in half a minute, but only while it runs: however slow the machine is from here, the clicks stay.
  await app.click('start-stop');
  await app.waitFor('the end of the stream', (f) => f.status?.state !== 'running');

  const styles = await app.stage.evaluate((names) => names.map((name) => getComputedStyle(document.documentElement).getPropertyValue(name)), producers.map(({ colour }) => colour));
  const colours = styles.map(parseColour);
  const marks = producers.map((producer, i) => {
    const event = events.find(({ seq }) => seq === places[i]);
    if (!event) throw new Error(`the event by ${producer.way} is not among the recent ones`);
    expect(event.source).toBe(`external:${producer.way}`);
    if (producer.by === 'frame') expect(event.frame).toBe(producer.frame);
    // Sent long after it sounded, by frame or by moment: its time is that of its place.
    const apartMs = (event.ts_ns - now.ts_ns) / 1e6 - ((event.frame - now.frame) / RATE_HZ) * 1000;
    expect(Math.abs(apartMs)).toBeLessThan(SAME_TIME_MS);
    return { ...producer, rgb: colours[i] ?? [0, 0, 0], id: event.id, sounds: producer.frame, frame: event.frame };
  });

  await test.step('the list has them, each with its place in the stream', async () => {
    await app.click('panel-tab-events');
    for (const { way, kind, id, frame } of marks) {
      const text = await until(`the event by ${way} in the list`, () =>
        app.stage.evaluate((css) => document.querySelector(css)?.textContent, rowOf(id)));
      expect(text).toContain(`${kind} told by ${way}`);
      expect(text).toContain(`external:${way}`);
      const ms = Math.round((frame / RATE_HZ) * 1000);
      expect(text).toContain(`0:${(ms / 1000).toFixed(3).padStart(6, '0')}`);
    }
  });

  await test.step('half a minute in view: every mark in the column of its click', async () => {
    await until('all marks in view', async () => {
      const { inView } = (await lane.facts()).lane;
      return marks.every(({ id }) => inView.some((event) => event.id === id));
    });
    await expectInPlace(app, marks, info.outputPath('half-a-minute.png'));
    // By a moment: as exact as two clocks agree, which is within a column here.
    const { view } = await app.facts();
    for (const { frame, sounds } of marks) expect(Math.abs(columnOf(view, frame) - columnOf(view, sounds))).toBeLessThanOrEqual(NEAR_PX);
  });

  await test.step('a few samples per pixel: every mark at its frame', async () => {
    while ((await app.facts()).view.framesPerPx > CLOSE_FRAMES_PER_PX) await app.click('zoom-in');
    for (const mark of marks) {
      await app.stage.click(rowOf(mark.id));
      await app.waitFor(`the mark by ${mark.way} in view`, ({ view }) => {
        const x = columnOf(view, mark.frame);
        return !view.following && x >= ALONE_PX && x < view.widthPx - ALONE_PX;
      });
      await expectInPlace(app, [mark], info.outputPath(`close-${mark.way}.png`));
    }
  });
  expect((await app.facts()).status?.lostFrames).toBe(0);
});

/** @param {string} id */
const rowOf = (id) => `${byId('event-row')}[data-id="${id}"]`;

/** @param {import('../harness/app.mjs').View} view @param {number} frame */
const columnOf = (view, frame) => Math.floor(frame / view.framesPerPx) - view.firstPx;

/** Where a program outside reaches the app: a server is there, the window is shared when asked. @param {App} app @returns {Promise<string>} */
async function shared(app) {
  if (app.stage.kind === 'browser') return app.stage.evaluate(() => location.origin);
  await app.click('panel-tab-settings');
  await app.click('setting-share');
  const url = await until('the link', () =>
    app.stage.evaluate((css) => /** @type {HTMLInputElement | null} */ (document.querySelector(css))?.value, byId('share-url')));
  return new URL(url).origin;
}

/**
 * Every mark in the very column of its frame, its click within a pixel of its own: as the screen shows it.
 * @param {App} app @param {Parameters<typeof distances>[1]} marks @param {string} file gets the picture
 */
async function expectInPlace(app, marks, file) {
  /** @type {ReturnType<typeof distances>} */
  let seen = [];
  await until('the clicks', async () => {
    const look = await Look.take(app);
    writeFileSync(file, look.png);
    seen = distances(look, marks);
    return seen.every(({ click }) => click.length > 0);
  }).catch(() => {});
  for (const { way, mark, click } of seen) {
    expect(mark, `ticks around the mark by ${way}`).toEqual([0]);
    expect(click.map((px) => Math.abs(px) <= NEAR_PX), `columns of the click by ${way}: ${click}`).toContain(true);
    expect(Math.max(...click.map(Math.abs)), `columns of the click by ${way}: ${click}`).toBeLessThanOrEqual(NEAR_PX);
  }
}

/**
 * How far from the column of its frame each mark and its click stand in one picture of the screen, px.
 * @param {Look} look @param {{ way: string, rgb: import('../harness/colours.mjs').Rgb, frame: number, sounds: number }[]} marks
 */
function distances(look, marks) {
  const clicks = spikes(look.picture, look.box('waveform-0'), look.trace);
  return marks.map(({ way, rgb, frame, sounds }) => {
    const near = (/** @type {number[]} */ found, /** @type {number} */ of) =>
      found.map((x) => x - columnOf(look.facts.view, of)).filter((px) => Math.abs(px) <= ALONE_PX);
    return { way, mark: near(ticks(look.picture, look.box('event-plot'), rgb, look.ratio), frame), click: near(clicks, sounds) };
  });
}
