// What the picture needs from the analysis: the worker's messages, nothing about how they travel. The engine client is
// one; answers come back through `Stage.receive`.

import type { ToWorker } from '../engine/protocol';

export interface EnginePort {
  /** True while a frame message is unanswered. */
  readonly busy: boolean;
  send(message: ToWorker): void;
}
