// Programs that are no part of AudioTab and send it events: plain Python by each of the three ways in, and curl.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { audiotab } from './programs.mjs';

const PROGRAM = fileURLToPath(new URL('../../python/produce_events.py', import.meta.url));
/** Not a literal: the set-up scripts are outside of what is type-checked here. */
const PYTHON_SCRIPT = new URL('../../../scripts/lib/python.mjs', import.meta.url).href;

/**
 * @typedef {'http' | 'websocket' | 'grpc' | 'curl'} Way
 * @typedef {{ env: Record<string, string | undefined> }} Room
 */

/** @type {Promise<string> | undefined} */
let interpreter;
/** The interpreter that `npm test` prepares, with grpcio beside it; made now if nobody has. */
export function python() {
  interpreter ??= import(PYTHON_SCRIPT).then(({ ensurePython }) => ensurePython());
  return interpreter;
}

/** The ways that this machine has the programs for; says which it has not. @param {Room} room @returns {Promise<Way[]>} */
export async function waysHere({ env }) {
  const hasCurl = await output('curl', ['--version'], env).then(() => true, () => false);
  if (!hasCurl) console.log('curl is not installed on this machine: its event is left out, the three of Python are sent.');
  return hasCurl ? ['http', 'websocket', 'grpc', 'curl'] : ['http', 'websocket', 'grpc'];
}

/** A token to what runs in this room, as `audiotab token` prints it. @param {Room} room @param {string[]} args */
export async function tokenOf({ env }, ...args) {
  return (await output(audiotab(), ['token', ...args], env)).trim();
}

/**
 * Sends one event under the name of the way it takes, with a token that `audiotab token` made out to it; returns its place
 * in the order, which every way answers.
 * @param {Way} way @param {string} origin such as http://127.0.0.1:9090 @param {Room} room @param {object} event
 * @returns {Promise<number>}
 */
export async function send(way, origin, { env }, event) {
  const token = await tokenOf({ env }, '--for', way);
  if (way === 'curl') {
    const told = ['-H', `Authorization: Bearer ${token}`, '--json', JSON.stringify(event)];
    const answer = await output('curl', ['--silent', '--show-error', '--noproxy', '*', ...told, `${origin}/api/event`], env);
    return place(way, String(JSON.parse(answer).seq ?? answer));
  }
  // No compiled files beside the program: a test leaves nothing in the clone.
  const answer = await output(await python(), ['-B', PROGRAM, way, new URL(origin).host, token], env, `${JSON.stringify(event)}\n`);
  return place(way, answer);
}

/** @param {Way} way @param {string} answer */
function place(way, answer) {
  if (!/^\d+\s*$/.test(answer)) throw new Error(`The event by ${way} was not taken: ${answer}`);
  return Number(answer);
}

/**
 * What a program says until it ends well.
 * @param {string} command @param {string[]} args @param {Record<string, string | undefined>} env
 */
async function output(command, args, env, input = '') {
  const child = spawn(command, args, { env, stdio: 'pipe' });
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (complaint += text));
  // A program that ended before it read its input says why with its code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${complaint || said}`);
  return said;
}
