// Live or frozen, how much time is on screen, and what the crosshair stands on.

import { Maximize2, Minus, Pause, Plus } from 'lucide-react';
import { duration } from '../base/format';
import { Button, classes, Hint } from './controls';
import { ReadoutFields } from './readout_fields';
import { useServices, useSession, useViewing } from './services';
import css from './view_bar.module.css';

export const ZOOM_STEP = Math.SQRT2;

export function ViewBar() {
  const { stage } = useServices();
  const following = useViewing((s) => s.following);
  const spanS = useViewing((s) => s.spanS);
  const present = useSession((s) => s.stream !== null);
  const running = useSession((s) => s.status?.state === 'running' || s.status?.state === 'waiting');
  const middle = (): number => stage.view.scale.widthPx / 2;
  return (
    <section className={css['bar']} aria-label="View" data-testid="view-bar">
      <div className={css['controls']}>
        <Hint text="Follow the live edge" keys="L">
          <Button
            className={css['live']}
            disabled={!present}
            aria-pressed={following && running}
            data-on={following && present && running}
            onClick={() => stage.view.follow()}
            data-testid="live"
          >
            <span className={css['dot']} /> Live
          </Button>
        </Hint>
        <Hint text="Hold the picture; capture goes on" keys="Space">
          <Button
            className={css['freeze']}
            disabled={!present}
            aria-pressed={!following}
            data-on={!following}
            onClick={() => (following ? stage.view.freeze() : stage.view.follow())}
            data-testid="freeze"
          >
            <Pause aria-hidden /> {following ? 'Freeze' : 'Frozen'}
          </Button>
        </Hint>
        <div className={css['zoom']}>
          <Hint text="Show more time" keys={'\u2212'}>
            <Button icon look="quiet" disabled={!present} aria-label="Zoom out" onClick={() => stage.view.zoomBy(ZOOM_STEP, middle())} data-testid="zoom-out">
              <Minus aria-hidden />
            </Button>
          </Hint>
          <output className={css['span']} aria-label="Visible time" data-testid="span">
            {present && spanS > 0 ? duration(spanS) : '\u2013'}
          </output>
          <Hint text="Show less time" keys="+">
            <Button icon look="quiet" disabled={!present} aria-label="Zoom in" onClick={() => stage.view.zoomBy(1 / ZOOM_STEP, middle())} data-testid="zoom-in">
              <Plus aria-hidden />
            </Button>
          </Hint>
          <Hint text="Show the whole history" keys="0">
            <Button icon look="quiet" disabled={!present} aria-label="Whole history" onClick={() => stage.view.showAll()} data-testid="zoom-all">
              <Maximize2 aria-hidden />
            </Button>
          </Hint>
        </div>
      </div>
      <ReadoutFields cellClass={classes(css['cell'])} captionClass={classes(css['caption'])} valueClass={classes(css['value'])} className={classes(css['readout'])} />
    </section>
  );
}
