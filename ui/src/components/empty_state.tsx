// What stands where lanes would be: why there is nothing to see, and the next step.

import { CircleAlert, Hourglass, Mic, Rows3, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, classes } from './controls';
import css from './empty_state.module.css';
import { useServices, useSession } from './services';

const TEST_SIGNAL = 'signal:multitone?channels=2';

export function EmptyState() {
  const { actions } = useServices();
  const status = useSession((s) => s.status);
  const present = useSession((s) => s.stream !== null);
  const channels = useSession((s) => s.channels.length);
  const state = status?.state;
  if (state === 'waiting') {
    const message = status?.message ?? `Waiting for ${status?.label || 'the device'}.`;
    if (present && channels > 0) return <Strip text={message} />;
    return <Cover kind="waiting" icon={<Hourglass aria-hidden />} title={`Waiting for ${status?.label || 'the device'}`} text={message} />;
  }
  if (state === 'failed' && !present) {
    return (
      <Cover kind="failed" icon={<CircleAlert aria-hidden />} title="The input could not be opened" text={status?.message ?? 'Choose another input.'}>
        <Button look="primary" onClick={() => void actions.start('default')} data-testid="empty-start-default">
          Start the default input
        </Button>
        <Button onClick={() => void actions.start(TEST_SIGNAL)} data-testid="empty-start-signal">
          Play a test signal
        </Button>
      </Cover>
    );
  }
  if (!present && (state === 'running' || state === 'starting' || !status)) {
    return <Cover kind="connecting" icon={<Unplug aria-hidden />} title={status ? 'Opening the stream\u2026' : 'Connecting\u2026'} text="" />;
  }
  if (!present) {
    return (
      <Cover
        kind="idle"
        icon={<Mic aria-hidden />}
        title="Nothing is being captured"
        text="Choose a device, a sound file or a test signal under Input, or begin with one of these. The last 30 seconds are kept and can be scrubbed while capture goes on."
      >
        <Button look="primary" onClick={() => void actions.start('default')} data-testid="empty-start-default">
          Start the default input
        </Button>
        <Button onClick={() => void actions.start(TEST_SIGNAL)} data-testid="empty-start-signal">
          Play a test signal
        </Button>
      </Cover>
    );
  }
  if (channels > 0) return null;
  return (
    <Cover
      kind="no-channels"
      icon={<Rows3 aria-hidden />}
      title="No channels picked"
      text="Every channel of the input is being captured; pick the ones to look at."
    >
      <Button
        look="primary"
        onClick={() => actions.setChannels(Array.from({ length: status?.channels ?? 0 }, (_, c) => c))}
        data-testid="empty-all-channels"
      >
        Show all {status?.channels} channels
      </Button>
    </Cover>
  );
}

function Strip({ text }: { text: string }) {
  return (
    <div className={classes(css['cover'], css['over'])} role="status" data-testid="empty-state" data-kind="waiting">
      <div className={css['strip']}>
        <Hourglass aria-hidden /> {text}
      </div>
    </div>
  );
}

interface CoverProps {
  kind: string;
  icon: ReactNode;
  title: string;
  text: string;
  children?: ReactNode;
}

function Cover({ kind, icon, title, text, children }: CoverProps) {
  return (
    <div className={css['cover']} role="status" data-testid="empty-state" data-kind={kind}>
      <div className={css['box']}>
        {icon}
        <h2 className={css['title']}>{title}</h2>
        {text && <p className={css['text']}>{text}</p>}
        {children && <div className={css['actions']}>{children}</div>}
      </div>
    </div>
  );
}
