// What the colours mean in dB. The ends of the coloured part can be dragged or moved by keys.

import { Slider } from '@base-ui/react/slider';
import { useEffect, useRef, useState } from 'react';
import { decibelTicks } from '../base/ticks';
import { mapIndex } from '../render/colours';
import { DB_LIMITS } from '../store/settings_schema';
import css from './colour_bar.module.css';
import { useServices, useSession, useSettings } from './services';

/** One row per quarter of a dB. */
const ROWS = (DB_LIMITS.max - DB_LIMITS.min) * 4;
const SPACING = 36;

export function ColourBar() {
  const { settings } = useServices();
  const minDb = useSettings((s) => s.minDb);
  const maxDb = useSettings((s) => s.maxDb);
  const colormap = useSettings((s) => s.colormap);
  const map = useSession((s) => s.colormaps[colormap]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !map) return;
    const image = context.createImageData(1, ROWS);
    for (let row = 0; row < ROWS; row++) {
      const db = DB_LIMITS.max - (row + 0.5) / 4;
      const i = 3 * mapIndex((db - minDb) / (maxDb - minDb));
      // Beyond the ends the colour stays; faint, so that the ends can be seen.
      const alpha = db > maxDb || db < minDb ? 64 : 255;
      image.data.set([map[i]!, map[i + 1]!, map[i + 2]!, alpha], 4 * row);
    }
    context.putImageData(image, 0, 0);
  }, [map, minDb, maxDb]);

  return (
    <aside className={css['bar']} aria-label="Colour scale" data-testid="colour-bar">
      <span className={css['unit']}>dBFS</span>
      <div className={css['slider']} ref={box}>
        <Slider.Root
          orientation="vertical"
          value={[minDb, maxDb]}
          min={DB_LIMITS.min}
          max={DB_LIMITS.max}
          step={1}
          largeStep={10}
          minStepsBetweenValues={DB_LIMITS.least}
          thumbCollisionBehavior="none"
          onValueChange={(next) => Array.isArray(next) && settings.getState().set({ minDb: next[0], maxDb: next[1] })}
          style={{ position: 'absolute', inset: 0 }}
        >
          <Slider.Control className={css['control']}>
            <Slider.Track className={css['track']}>
              <canvas ref={canvas} width={1} height={ROWS} aria-hidden="true" />
              <Slider.Thumb index={0} className={css['thumb']} aria-label="Lowest level with a colour, dBFS" data-testid="db-min-handle" />
              <Slider.Thumb index={1} className={css['thumb']} aria-label="Highest level with a colour, dBFS" data-testid="db-max-handle" />
            </Slider.Track>
          </Slider.Control>
        </Slider.Root>
        {decibelTicks(DB_LIMITS.min, DB_LIMITS.max, height, SPACING).map(({ value, label }) => (
          <span key={value} className={css['tick']} style={{ top: Math.round(((DB_LIMITS.max - value) / (DB_LIMITS.max - DB_LIMITS.min)) * height) }} aria-hidden="true">
            {label}
          </span>
        ))}
      </div>
    </aside>
  );
}
