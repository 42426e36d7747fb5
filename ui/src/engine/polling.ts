// When to ask for samples: once per drawn frame, one request at a time, by a timer when nobody draws, and slower and
// slower while the other side does not answer. Never in a tight loop.

/** Without a drawn frame for this long the timer asks, so that a hidden page keeps its history, ms. */
const UNSEEN_POLL_MS = 200;
/** Pace while there is no session, ms. */
const IDLE_POLL_MS = 250;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 4000;

export interface PollEvents {
  /** The first failure after things worked. */
  trouble(error: unknown): void;
  /** The first success after trouble. */
  recovered(): void;
}

export class Polling {
  readonly #poll: () => Promise<boolean>;
  readonly #events: PollEvents;
  readonly #nowMs: () => number;
  #inFlight = false;
  #idle = true;
  #lastMs = -Infinity;
  #failures = 0;
  #retryAtMs = -Infinity;

  /** `poll` resolves false while there is no session and rejects when the transport fails. */
  constructor(poll: () => Promise<boolean>, events: PollEvents, nowMs: () => number = () => performance.now()) {
    this.#poll = poll;
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** A frame is being drawn: fresh samples are wanted now. */
  frame(): void {
    this.#ask(this.#idle ? IDLE_POLL_MS : 0);
  }

  /** Called by a timer about every 100 ms. */
  tick(): void {
    this.#ask(this.#idle ? IDLE_POLL_MS : UNSEEN_POLL_MS);
  }

  #ask(pauseMs: number): void {
    const nowMs = this.#nowMs();
    // Half a ms of slack: timers fire early by a rounding error.
    if (this.#inFlight || nowMs < this.#retryAtMs - 0.5 || nowMs < this.#lastMs + pauseMs - 0.5) return;
    this.#inFlight = true;
    this.#lastMs = nowMs;
    this.#poll().then(
      (active) => {
        this.#inFlight = false;
        this.#idle = !active;
        this.#retryAtMs = -Infinity;
        if (this.#failures > 0) {
          this.#failures = 0;
          this.#events.recovered();
        }
      },
      (error: unknown) => {
        this.#inFlight = false;
        this.#retryAtMs = this.#nowMs() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
        if (this.#failures++ === 0) this.#events.trouble(error);
      },
    );
  }
}
