// `npm run load:events`: many producers at once while sound is being captured. Events are posted in lists over HTTP, read
// back from the live protocol, and counted at every place: sent, recorded, told, kept; and how long each took.
//
//   node scripts/events-load.mjs [seconds] [events per second] [producers]

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtBinary } from './lib/paths.mjs';

const [SECONDS = 60, RATE = 20_000, PRODUCERS = 10] = process.argv.slice(2).map(Number);
const BINARY = process.env.AUDIOTAB ?? builtBinary('audiotab', process.env.PROFILE ?? 'release');
const INPUT = 'signal:multitone?channels=8&rate=48000';
/** A list every so many milliseconds from each producer. */
const EVERY_MS = 50;
const PER_LIST = Math.round((RATE / PRODUCERS / 1000) * EVERY_MS);
/** What the last events may take to arrive. */
const TAIL_MS = 5000;

const nowMs = () => performance.timeOrigin + performance.now();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'audiotab-load-'));
const server = spawn(
  BINARY,
  ['serve', '--port', '0', '--no-open', '--no-auth', '--event-rate', '0', '--input', INPUT, '--data', join(folder, 'journal')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const [ready] = await new Promise((resolve) => createInterface(server.stdout).once('line', (line) => resolve([line])));
  const port = Number(/:(\d+)\//.exec(ready)[1]);
  const report = await load(port);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}

async function load(port) {
  const before = await stats(port);
  const watcher = watch(port);
  await watcher.connected;
  const counts = { sent: 0, recorded: 0, refused: 0, failed_requests: 0, answers_not_durable: 0 };
  const startMs = nowMs();
  await Promise.all(Array.from({ length: PRODUCERS }, (_, n) => produce(port, n, startMs, counts)));
  const sendingMs = nowMs() - startMs;
  const endMs = nowMs() + TAIL_MS;
  while (watcher.told() < counts.recorded && nowMs() < endMs) await sleep(50);
  const after = await stats(port);
  watcher.close();
  return {
    asked: { seconds: SECONDS, events_per_second: RATE, producers: PRODUCERS, per_list: PER_LIST },
    ...counts,
    events_per_second: Math.round((counts.recorded / sendingMs) * 1000),
    told: watcher.told(),
    missed_by_the_watcher: watcher.missed(),
    latency_ms: watcher.latency(),
    lost_frames: (after.session.lostFrames ?? 0) - (before.session.lostFrames ?? 0),
    journal: after.journal,
  };
}

/** One producer: a list every 50 ms whatever the answers take, on time by the clock. */
async function produce(port, number, startMs, counts) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const answers = [];
  for (let n = 0; n < (SECONDS * 1000) / EVERY_MS; n += 1) {
    const dueMs = startMs + n * EVERY_MS + (number * EVERY_MS) / PRODUCERS;
    if (nowMs() < dueMs) await sleep(dueMs - nowMs());
    const sent_ms = nowMs();
    const events = Array.from({ length: PER_LIST }, (_, i) => ({
      kind: 'load.event',
      source: `producer-${number}`,
      ts: Math.floor(sent_ms),
      payload: { n: n * PER_LIST + i, sent_ms },
    }));
    counts.sent += events.length;
    answers.push(
      post(port, agent, events).then(
        (reply) => {
          counts.recorded += reply.recorded;
          counts.refused += reply.refused;
          counts.answers_not_durable += reply.answers.filter((answer) => !answer.durable).length;
        },
        () => (counts.failed_requests += 1),
      ),
    );
  }
  await Promise.all(answers);
  agent.destroy();
}

function post(port, agent, events) {
  const body = JSON.stringify(events);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return ask({ port, agent, method: 'POST', path: '/api/event', headers }, body);
}

function stats(port) {
  return ask({ port, path: '/api/stats' });
}

function ask(options, body) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', ...options }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (part) => (text += part));
      reply.on('end', () => (reply.statusCode < 300 ? resolve(JSON.parse(text)) : reject(new Error(text))));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** A client of the live protocol that takes note of when each event arrives. */
function watch(port) {
  const latencies = [];
  let missed = 0;
  let open;
  const connected = new Promise((resolve) => (open = resolve));
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(
      `GET /ws/events?json=true&types=load HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    ),
  );
  const hear = (message) => {
    const arrivedMs = nowMs();
    if (message.type === 'connected') open();
    if (message.type === 'gap') missed += message.missed;
    if (message.type === 'batch') for (const event of message.data.events) latencies.push(arrivedMs - event.payload.sent_ms);
  };
  readMessages(socket, hear);
  const at = (sorted, part) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]?.toFixed(1));
  return {
    connected,
    told: () => latencies.length,
    missed: () => missed,
    latency() {
      const sorted = latencies.toSorted((a, b) => a - b);
      return { p50: at(sorted, 0.5), p99: at(sorted, 0.99), max: at(sorted, 1) };
    },
    close: () => socket.destroy(),
  };
}

/** Text messages of a WebSocket after its HTTP head, each parsed. */
function readMessages(socket, hear) {
  let parts = [];
  let length = 0;
  let needed = 0;
  let headRead = false;
  socket.on('data', (part) => {
    parts.push(part);
    length += part.length;
    if (length < needed) return;
    let data = Buffer.concat(parts);
    if (!headRead) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return;
      headRead = true;
      data = data.subarray(end + 4);
    }
    needed = 0;
    while (data.length >= 2) {
      const short = data[1] & 0x7f;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (data.length < head) break;
      const size = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
      if (data.length < head + size) {
        needed = head + size;
        break;
      }
      if ((data[0] & 0x0f) === 1) hear(JSON.parse(data.subarray(head, head + size).toString()));
      data = data.subarray(head + size);
    }
    parts = [data];
    length = data.length;
  });
}
