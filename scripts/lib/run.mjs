// Running other programs: quietly with the tail kept for the error, or visibly with its lines also read.

import { spawn, spawnSync } from 'node:child_process';
import { IS_WINDOWS, ROOT } from './paths.mjs';

const TAIL_LINES = 40;

/** An expected failure: `message` is one sentence for the user, `tail` the last lines of the program that failed. */
export class StepError extends Error {
  constructor(sentence, tail = '') {
    super(sentence);
    this.tail = tail;
  }
}

/**
 * Runs a program to its end and returns its output. Options: `cwd`, `env` (added to ours), `show` (pass the output
 * through), `onLine(line)`, `timeoutMs`, `sentence` (what to say when it fails).
 */
export function run(command, args, options = {}) {
  const { cwd = ROOT, env = {}, show = false, onLine, timeoutMs, sentence } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a .cmd file on Windows, and those only start through the shell.
      shell: IS_WINDOWS && command === 'npm',
    });
    const output = { stdout: '', all: [] };
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : null;
    lines(child.stdout, (line) => {
      output.stdout += `${line}\n`;
      take(line, process.stdout);
    });
    lines(child.stderr, (line) => take(line, process.stderr));
    function take(line, stream) {
      output.all.push(line);
      if (output.all.length > 4 * TAIL_LINES) output.all.splice(0, TAIL_LINES);
      if (show) stream.write(`${line}\n`);
      onLine?.(line);
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      const reason = error.code === 'ENOENT' ? 'it is not installed' : error.message;
      reject(new StepError(`Could not start ${command}: ${reason}.`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output.stdout);
      const how = timedOut ? `took longer than ${timeoutMs / 1000} s` : signal ? `ended by ${signal}` : `exit code ${code}`;
      const tail = show ? '' : output.all.slice(-TAIL_LINES).join('\n');
      const failed = `${[command, ...args].join(' ')} failed (${how}).`;
      reject(new StepError(sentence ? `${sentence} (${failed})` : failed, tail));
    });
  });
}

/** Output of a short program, trimmed; null when it is missing or fails. */
export function ask(command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : null;
}

function lines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}

/** Runs a script's main function: an expected failure ends it with one sentence and the tail, not a stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    if (error.tail) process.stderr.write(`\n${error.tail}\n`);
    process.stderr.write(`\nAudioTab: ${error.message}\n`);
    process.exitCode = 1;
  }
}
