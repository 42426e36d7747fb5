// Which icon stands for which kind of event, on the lane and in every list.

import { memo } from 'react';
import { FROM_OUTSIDE, ICON_OF_CHANNEL, ICON_OF_KIND, ICONS, OTHER, type IconName } from './generated/event_icons';

/** By kind. What others told us under a kind of their own has one icon for all. */
export function iconName(kind: string, fromOutside = false): IconName {
  return ICON_OF_KIND.get(kind) ?? (fromOutside ? FROM_OUTSIDE : OTHER);
}

export function EventIcon({ kind, fromOutside }: { kind: string; fromOutside?: boolean }) {
  const Icon = ICONS[iconName(kind, fromOutside)];
  return <Icon aria-hidden />;
}

export function ChannelIcon({ channel }: { channel: string }) {
  const Icon = ICONS[ICON_OF_CHANNEL.get(channel) ?? OTHER];
  return <Icon aria-hidden />;
}

/** All of them, unseen, for views that draw. Made once: what is around it renders often. */
export const IconShelf = memo(function IconShelf({ ref }: { ref: React.Ref<HTMLDivElement> }) {
  return (
    <div ref={ref} hidden>
      {Object.entries(ICONS).map(([name, Icon]) => (
        <Icon key={name} data-icon={name} />
      ))}
    </div>
  );
});
