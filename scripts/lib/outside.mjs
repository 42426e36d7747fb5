// Programs beside the app that tell of what they do.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StepError } from './run.mjs';

/** So many that none of them tells more than it may. */
const SOURCES = 400;
const MOST_IN_A_REQUEST = 500;
const FILL_MS = 300_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tells an app of events as programs beside it do: over HTTP. */
export class Outside {
  static async of(stage, app, folder, isWindow) {
    const outside = new Outside();
    outside.stage = stage;
    if (isWindow) {
      await app.click('panel-tab-settings');
      await app.click('setting-share');
      let link = '';
      while (link === '') link = await stage.evaluate(() => document.querySelector('[data-testid="share-url"]')?.value ?? '');
      outside.origin = new URL(link).origin;
    } else outside.origin = await stage.evaluate(() => location.origin);
    outside.token = readFileSync(join(folder, 'audiotab', 'token'), 'utf8').trim();
    return outside;
  }

  /** Tells of as many events over the last half minute. */
  async fill(total) {
    const { head, stream } = await this.stage.evaluate(() => ({ head: window.audiotab.head, stream: window.audiotab.stream }));
    const first = Math.max(0, head.endFrame - 30 * stream.sampleRateHz);
    const frameOf = (i) => first + Math.floor((i / total) * (head.endFrame - first));
    for (let told = 0; told < total; told += MOST_IN_A_REQUEST) {
      const length = Math.min(MOST_IN_A_REQUEST, total - told);
      await this.#tell(Array.from({ length }, (_, k) => draftOf(told + k, frameOf(told + k), stream.streamId)));
    }
    const endMs = Date.now() + FILL_MS;
    for (let size = 0; size < total * 0.99; size = await this.stage.evaluate(() => window.audiotab.eventLane.size)) {
      if (Date.now() > endMs) throw new StepError(`The page shows ${size} of ${total} events and no more.`);
      await pause(500);
    }
  }

  /** New events, so many a second, until the returned function is called. */
  news(perSecond) {
    let told = 0;
    const timer = setInterval(() => {
      void this.#tell(Array.from({ length: perSecond / 20 }, () => draftOf(told++, undefined, undefined)));
    }, 50);
    return () => clearInterval(timer);
  }

  async #tell(events) {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const reply = await fetch(`${this.origin}/api/event`, { method: 'POST', headers, body: JSON.stringify(events) });
    if (reply.status !== 200) throw new StepError(`The events were not taken: ${await reply.text()}`);
  }
}

const KINDS = ['audio.clip', 'lab.walk', 'lab.step', 'lab.fault', 'marker.added'];
const SEVERITIES = ['info', 'info', 'info', 'warning', 'error', 'success'];

function draftOf(i, frame, session) {
  const kind = KINDS[i % 97 === 0 ? 4 : i % 4];
  // Our own kinds hold what they hold and nothing else.
  const payload = kind === 'audio.clip' ? { count: 1 + (i % 9), peak_dbfs: 0.3 } : { label: `Event ${i}` };
  // A length needs a place to begin at.
  const length = frame !== undefined && i % 40 === 0 ? { dur_frames: 4800 } : {};
  return { kind, frame, session, source: `lab-${i % SOURCES}`, severity: SEVERITIES[(i * 7) % 6], message: `Event ${i}`, payload, ...length };
}
