// Which icon stands for which kind of event, on the lane and in every list.

import {
  Activity,
  AudioWaveform,
  Bookmark,
  Circle,
  CircleHelp,
  CirclePlay,
  CircleStop,
  Database,
  Disc3,
  EarOff,
  FileOutput,
  Gauge,
  ListX,
  Plug,
  RadioTower,
  Server,
  TriangleAlert,
  Unplug,
  Volume2,
  Waves,
  Wrench,
  type LucideIcon,
} from 'lucide-react';

/** By kind, else by its first word. */
const ICONS = new Map<string, LucideIcon>(Object.entries({
  'audio.overrun': TriangleAlert,
  'audio.gap': Unplug,
  'audio.clip': AudioWaveform,
  'audio.silence_started': EarOff,
  'audio.silence_ended': Volume2,
  audio: Waves,
  'device.lost': Unplug,
  device: Plug,
  'stream.started': CirclePlay,
  'stream.ended': CircleStop,
  recorder: Disc3,
  take: Disc3,
  capture: AudioWaveform,
  export: FileOutput,
  journal: Database,
  maintenance: Wrench,
  marker: Bookmark,
  ui: Gauge,
  level: Activity,
  engine: Activity,
  server: Server,
  events: ListX,
  bus: ListX,
  unknown: CircleHelp,
}));
const OTHER = Circle;
/** What others told us, unless its kind says more. */
const FROM_OUTSIDE = RadioTower;

export function iconName(kind: string, fromOutside = false): string {
  if (ICONS.has(kind)) return kind;
  const [topic = ''] = kind.split('.');
  return ICONS.has(topic) ? topic : fromOutside ? 'outside' : 'other';
}

const ALL: [name: string, icon: LucideIcon][] = [...ICONS, ['outside', FROM_OUTSIDE], ['other', OTHER]];

export function EventIcon({ kind, fromOutside }: { kind: string; fromOutside?: boolean }) {
  const name = iconName(kind, fromOutside);
  const Icon = ALL.find(([each]) => each === name)![1];
  return <Icon aria-hidden />;
}

/** All of them, unseen, for views that draw. */
export function IconShelf({ ref }: { ref: React.Ref<HTMLDivElement> }) {
  return (
    <div ref={ref} hidden>
      {ALL.map(([name, Icon]) => (
        <Icon key={name} data-icon={name} />
      ))}
    </div>
  );
}
