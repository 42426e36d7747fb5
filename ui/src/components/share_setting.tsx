// The window's page for browsers and programs of this machine: off until it is asked for, and off again with the window.

import { useState } from 'react';
import { Button, CheckRow } from './controls';
import { useServices, useSession } from './services';
import css from './settings_panel.module.css';

export function ShareSetting() {
  const { actions } = useServices();
  const canShare = useSession((s) => s.canShare);
  const url = useSession((s) => s.sharedAt);
  const [copied, setCopied] = useState(false);
  if (!canShare) return null;
  const copy = async (text: string): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <section className={css['section']}>
      <h2 className={css['title']}>Sharing</h2>
      <CheckRow
        checked={url !== null}
        onChange={(next) => {
          setCopied(false);
          void actions.setShared(next);
        }}
        testId="setting-share"
      >
        Share on this computer
      </CheckRow>
      {url === null ? (
        <p className={css['note']}>Opens a port of this computer only. Browsers with the link see and hear what is measured; programs can send and read events.</p>
      ) : (
        <>
          <div className={css['link']}>
            <input type="text" readOnly value={url} aria-label="Link to this page" onFocus={(event) => event.currentTarget.select()} data-testid="share-url" />
            {'clipboard' in navigator && (
              <Button onClick={() => void copy(url).catch(() => setCopied(false))} data-testid="share-copy">
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </div>
          <p className={css['note']}>The link opens one browser, once. Sharing ends when AudioTab is closed.</p>
        </>
      )}
    </section>
  );
}
