// Size of an element in device pixels, exact where the browser tells, and again when it moves to another screen.

export interface PlotSize {
  widthPx: number;
  heightPx: number;
  /** CSS pixels that make exactly those device pixels. */
  widthCss: number;
  heightCss: number;
  pixelRatio: number;
}

export function observePlotSize(element: Element, onSize: (size: PlotSize) => void): () => void {
  const report = (widthPx: number, heightPx: number): void => {
    const pixelRatio = window.devicePixelRatio || 1;
    onSize({ widthPx, heightPx, widthCss: widthPx / pixelRatio, heightCss: heightPx / pixelRatio, pixelRatio });
  };
  const observer = new ResizeObserver((entries) => {
    const entry = entries[entries.length - 1];
    if (!entry) return;
    const device = entry.devicePixelContentBoxSize?.[0];
    const ratio = window.devicePixelRatio || 1;
    const width = entry.contentRect.width * ratio;
    const height = entry.contentRect.height * ratio;
    // The exact size differs from the product by rounding alone; an emulated ratio is in the product only.
    const exact = device && Math.abs(device.inlineSize - width) <= 1 && Math.abs(device.blockSize - height) <= 1;
    if (exact) report(device.inlineSize, device.blockSize);
    else report(Math.round(width), Math.round(height));
  });
  const observe = (): void => {
    try {
      observer.observe(element, { box: 'device-pixel-content-box' });
    } catch {
      // WebKit counts CSS pixels only; rounding is right there as long as the layout is on whole pixels.
      observer.observe(element);
    }
  };
  observe();
  // A change of zoom or screen changes device pixels without changing the CSS size.
  let query: MediaQueryList | null = null;
  const watchRatio = (): void => {
    query?.removeEventListener('change', onRatio);
    query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener('change', onRatio);
  };
  const onRatio = (): void => {
    watchRatio();
    observer.unobserve(element);
    observe();
  };
  watchRatio();
  return () => {
    observer.disconnect();
    query?.removeEventListener('change', onRatio);
  };
}
