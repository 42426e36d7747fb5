// The room the tests play in: a private PulseAudio server with an eight-channel sink, eight tones playing into it, a
// private display and message bus. Nothing of the user's own session is touched.

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Running, until } from './processes.mjs';
import { RATE_HZ, TONES, writeLoop } from './tones.mjs';

const call = promisify(execFile);
const SINK = 'rig8';
/** The order in which the app asks PulseAudio; player, sink and client must agree, or Pulse permutes in silence. */
const CHANNEL_MAP = 'front-left,front-right,front-center,lfe,rear-left,rear-right,side-left,side-right';
const SINK_ARGS = [
  `sink_name=${SINK}`, `rate=${RATE_HZ}`, `channels=${TONES.length}`, 'format=float32le', `channel_map=${CHANNEL_MAP}`,
  "sink_properties=device.description='TestRig'",
];
export const SCREEN = { width: 1600, height: 1000 };

export class Rig {
  /** @type {Running[]} */ #running = [];
  /** @type {Running | null} */ #player = null;
  /** @type {string} */ folder;
  /** @type {Record<string, string | undefined>} */ env;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'audiotab-rig-'));
    chmodSync(this.folder, 0o700);
    this.env = {
      ...process.env,
      XDG_RUNTIME_DIR: this.folder,
      XDG_DATA_HOME: join(this.folder, 'data'),
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      // Said outright: not every client looks for it below XDG_CONFIG_HOME, and the server turns away empty ones.
      PULSE_COOKIE: join(this.folder, 'config', 'pulse', 'cookie'),
      PULSE_SERVER: `unix:${this.folder}/pulse/native`,
      WAYLAND_DISPLAY: undefined,
      NO_AT_BRIDGE: '1',
    };
  }

  /** Everything up: bus, display, sound server, tones. @param {{ sound?: boolean }} options */
  static async start({ sound = true } = {}) {
    const rig = new Rig();
    try {
      await rig.#startBus();
      await rig.#startDisplay();
      if (sound) {
        await rig.#startSound();
        await rig.play();
      }
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  /**
   * A program in this room.
   * @param {string} command
   * @param {string[]} args
   * @param {Record<string, string>} env
   */
  run(command, args, env = {}) {
    const running = new Running(command, args, { ...this.env, ...env });
    this.#running.push(running);
    return running;
  }

  async #startBus() {
    const bus = this.run('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1']);
    this.env.DBUS_SESSION_BUS_ADDRESS = (await bus.line(/^unix:.*$/))[0];
  }

  async #startDisplay() {
    const screen = `${SCREEN.width}x${SCREEN.height}x24`;
    const display = this.run('Xvfb', ['-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp']);
    this.env.DISPLAY = `:${(await display.line(/^\d+$/))[0]}`;
  }

  async #startSound() {
    const load = ['-L', 'module-native-protocol-unix auth-anonymous=1', '-L', `module-null-sink ${SINK_ARGS.join(' ')}`];
    this.run('pulseaudio', ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--log-target=stderr', ...load]);
    await until('the sound server', () => this.pactl('info'));
    await this.#makeDefault();
  }

  async #makeDefault() {
    await this.pactl('set-default-sink', SINK);
    await this.pactl('set-default-source', `${SINK}.monitor`);
  }

  /** @param {string[]} args */
  async pactl(...args) {
    return (await call('pactl', args, { env: this.env })).stdout;
  }

  /** Plays the tones in a loop, through a process of its own: a busy test must not make the sound stutter. */
  async play() {
    const loop = join(this.folder, 'tones.f32');
    writeLoop(loop);
    const pacat = `pacat --playback --raw --device=${SINK} --rate=${RATE_HZ} --channels=${TONES.length} --format=float32le --channel-map=${CHANNEL_MAP} --latency-msec=1000`;
    this.#player = this.run('sh', ['-c', `while cat '${loop}'; do :; done | ${pacat}`]);
    await until('the tones', async () => (await this.pactl('list', 'short', 'sink-inputs')).trim() !== '');
  }

  /** Pulls the plug: the sink, and with it the captured device, is gone. */
  async unplug() {
    await this.#player?.stop();
    await this.pactl('unload-module', 'module-null-sink');
  }

  /** Plugs the same device in again and plays on. */
  async plugIn() {
    await this.pactl('load-module', 'module-null-sink', ...SINK_ARGS);
    await this.#makeDefault();
    await this.play();
  }

  async stop() {
    for (const running of this.#running.toReversed()) await running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
