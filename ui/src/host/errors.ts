// Whatever a call rejects with becomes a kind and one sentence. Nothing from outside is trusted to have a shape.

import type { HostError } from './types';

export class HostFailure extends Error implements HostError {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.name = 'HostFailure';
    this.kind = kind;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export function hostFailure(cause: unknown, fallback: string): HostFailure {
  if (cause instanceof HostFailure) return cause;
  if (isRecord(cause) && typeof cause['message'] === 'string' && cause['message'] !== '') {
    return new HostFailure(typeof cause['kind'] === 'string' ? cause['kind'] : 'internal', cause['message']);
  }
  return new HostFailure('internal', typeof cause === 'string' && cause !== '' ? cause : fallback);
}
