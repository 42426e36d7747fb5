// Sentences for the user, always as text: errors, hints, and the loss warning that clears itself.

import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react';
import { grouped } from '../base/format';
import { LOSS_WARNING } from '../store/notices';
import css from './notices.module.css';
import { useNotices, useServices, useSession, useSettings } from './services';

export function Notices() {
  const { notices, events, settings } = useServices();
  const entries = useNotices((s) => s.entries);
  const loss = useNotices((s) => s.loss);
  const panelOpen = useSettings((s) => s.panelOpen);
  const reachable = useSession((s) => s.reachable);
  const show = (eventId: string): void => {
    settings.getState().set({ panelOpen: true, panelTab: 'events' });
    events.select(eventId);
  };
  return (
    <div className={css['region']} data-beside={panelOpen || undefined} data-testid="notices">
      <div role="alert">
        {loss && (
          <div className={css['notice']} data-level="warning" data-testid="loss-warning">
            <TriangleAlert aria-hidden />
            <span className={css['text']}>
              {LOSS_WARNING}
              <span className={css['detail']}> &middot; {grouped(loss.frames)} frames</span>
            </span>
          </div>
        )}
        {!reachable && (
          <div className={css['notice']} data-level="warning" data-testid="unreachable">
            <TriangleAlert aria-hidden />
            <span className={css['text']}>AudioTab does not answer; trying again.</span>
          </div>
        )}
      </div>
      {entries.map(({ id, level, kind, message, eventId, count = 1 }) => (
        <div key={id} className={css['notice']} role={level === 'error' ? 'alert' : 'status'} data-level={level} data-kind={kind} data-testid="notice">
          {level === 'error' ? <CircleAlert aria-hidden /> : level === 'warning' ? <TriangleAlert aria-hidden /> : <Info aria-hidden />}
          <span className={css['text']}>
            <bdi>{message}</bdi>
            {count > 1 && <span className={css['detail']}> &times;{grouped(count)}</span>}
          </span>
          {eventId !== undefined && (
            <button type="button" className={css['show']} onClick={() => show(eventId)} data-testid="notice-show">
              Show
            </button>
          )}
          <button type="button" className={css['close']} aria-label="Close" onClick={() => notices.close(id)} data-testid="notice-close">
            <X aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
