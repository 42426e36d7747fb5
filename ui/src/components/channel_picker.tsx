// Which channels of the input have a lane. All of them are captured; this is about looking.

import { Popover } from '@base-ui/react/popover';
import { ChevronDown, Rows3 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { channelListText, parseChannelList } from '../base/channel_list';
import { channelName } from '../store/session';
import css from './channel_picker.module.css';
import { Button, CheckRow, classes } from './controls';
import controls from './controls.module.css';
import { useServices, useSession } from './services';
import top from './top_bar.module.css';

export function ChannelPicker() {
  const channels = useSession((s) => s.channels);
  const total = useSession((s) => s.status?.channels ?? 0);
  return (
    <Popover.Root>
      <Popover.Trigger
        className={classes(controls['button'], top['channels'])}
        disabled={total === 0}
        aria-label="Channels"
        data-testid="channel-picker"
      >
        <Rows3 aria-hidden />
        <span className={top['inputName']}>{total === 0 ? 'Channels' : channels.length === 0 ? 'No channels' : `Ch ${channelListText(channels)}`}</span>
        <ChevronDown aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={controls['positioner']} sideOffset={6} align="start">
          <Popover.Popup className={classes(controls['popup'], css['popup'])} aria-label="Channels with a lane">
            <ChannelChoice total={total} channels={channels} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function ChannelChoice({ total, channels }: { total: number; channels: number[] }) {
  const { actions } = useServices();
  const status = useSession((s) => s.status);
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState('');
  const all = Array.from({ length: total }, (_, c) => c);
  const pick = (next: number[]): void => {
    setDraft(null);
    setError('');
    actions.setChannels(next);
  };
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (draft === null) return;
    const parsed = parseChannelList(draft, total);
    if (typeof parsed === 'string') setError(parsed);
    else pick(parsed);
  };
  return (
    <>
      <div className={css['quick']}>
        <Button onClick={() => pick(all)} data-testid="channels-all">
          All
        </Button>
        <Button onClick={() => pick([])} data-testid="channels-none">
          None
        </Button>
      </div>
      <form className={classes(controls['textField'], css['ranges'])} onSubmit={submit}>
        <input
          className={controls['textInput']}
          value={draft ?? channelListText(channels)}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => submit()}
          placeholder="1-4, 7"
          aria-label="Channels as numbers and ranges"
          aria-invalid={error !== ''}
          spellCheck={false}
          autoComplete="off"
          data-testid="channels-range"
        />
      </form>
      <p className={css['error']} role="alert" data-testid="channels-error">
        {error}
      </p>
      <div className={css['list']}>
        {all.map((channel) => (
          <CheckRow
            key={channel}
            checked={channels.includes(channel)}
            onChange={(on) => pick(on ? [...channels, channel].sort((a, b) => a - b) : channels.filter((c) => c !== channel))}
            testId={`channel-${channel}`}
          >
            <span className={css['number']}>{channel + 1}</span>
            <span>{channelName(status, channel)}</span>
          </CheckRow>
        ))}
      </div>
    </>
  );
}
