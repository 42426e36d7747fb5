// How much processor time processes take, from /proc.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let ticksPerSecond = 0;

/** Seconds of processor time a process has used so far, all its threads. */
export function cpuSeconds(pid) {
  ticksPerSecond ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The app and what it started, by name: { 'audiotab-deskto': pid, WebKitWebProces: pid, WebKitNetworkPr: pid }. */
export function processesOf(appPid) {
  const named = { [nameOf(appPid)]: appPid };
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(appPid)], { encoding: 'utf8' });
  for (const pid of children.trim().split(/\s+/)) named[nameOf(pid)] = Number(pid);
  return named;
}

const nameOf = (pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

/** Percent of one core each process takes over the next seconds. */
export async function cpuShares(processes, seconds) {
  const read = () => Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuSeconds(pid)]));
  const before = read();
  const begin = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = read();
  const elapsedS = (performance.now() - begin) / 1000;
  return Object.fromEntries(Object.keys(processes).map((name) => [name, (100 * (after[name] - before[name])) / elapsedS]));
}
