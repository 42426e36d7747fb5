// What the user sees while something runs: one line per step, with its time.

const started = performance.now();
const live = Boolean(process.stdout.isTTY);
/** On a pipe (CI) a running step shows signs of life this often. */
const HEARTBEAT_MS = 20_000;

/** Seconds as people say them: 0.4 s, 12 s, 3 min 07 s. */
export function spoken(ms) {
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, '0')} s`;
}

export function elapsedMs() {
  return performance.now() - started;
}

export function say(text) {
  clearLive();
  process.stdout.write(`${text}\n`);
}

let liveShown = false;
function clearLive() {
  if (liveShown) process.stdout.write('\r\x1b[2K');
  liveShown = false;
}

/**
 * Runs `work(note)` as one step and prints its result line. `note(text)` says what it is doing now; a work that
 * returns a string has that string shown (`up to date`, a version, a count).
 */
export async function step(title, work) {
  const begin = performance.now();
  let doing = '';
  let lastBeat = begin;
  const tick = setInterval(() => {
    const now = performance.now();
    const text = `  … ${title} (${spoken(now - begin)})${doing ? `: ${doing}` : ''}`;
    if (live) {
      clearLive();
      process.stdout.write(text.slice(0, (process.stdout.columns || 80) - 1));
      liveShown = true;
    } else if (now - lastBeat >= HEARTBEAT_MS) {
      lastBeat = now;
      process.stdout.write(`${text}\n`);
    }
  }, 1000);
  try {
    const result = await work((text) => {
      doing = text;
    });
    const extra = typeof result === 'string' ? `, ${result}` : '';
    say(`  ✓ ${title}${extra} (${spoken(performance.now() - begin)})`);
    return result;
  } catch (error) {
    say(`  ✗ ${title} (${spoken(performance.now() - begin)})`);
    throw error;
  } finally {
    clearInterval(tick);
  }
}
