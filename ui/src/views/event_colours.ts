// One colour for how much an event matters, and one for the marks of the user. Icons and texts say the same to those who
// cannot tell them apart.

import type { EventLook } from '../base/event_timeline';
import type { Palette } from '../render/palette';

const COLOURS = { info: 'info', success: 'live', warning: 'warn', error: 'error', marker: 'marker' } as const satisfies Record<EventLook, keyof Palette>;

export const colourOf = (palette: Palette, look: EventLook): string => palette[COLOURS[look]];
