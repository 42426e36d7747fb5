// A WebGL2 context, what it may hold, and what was sent to it. Software drawers are refused: at the size of a window they
// are slower than our own Canvas 2D way.

import { timeOfWindow } from './trial';

export interface GlWork {
  /** Calls that carried spectrum codes, and their bytes. */
  codeUploads: number;
  codeBytes: number;
  /** Calls that carried waveform columns, and their bytes. */
  waveformUploads: number;
  waveformBytes: number;
  /** Where spans of pixel columns are, all lanes in one call per frame. */
  spanBytes: number;
  /** Colour tables, row maps: on a change of look or size only. */
  tableUploads: number;
  /** Pixel columns combined anew from codes. */
  columnsCombined: number;
  /** Frames in which anything was drawn. */
  framesDrawn: number;
}

const noWork = (): GlWork => ({
  codeUploads: 0,
  codeBytes: 0,
  waveformUploads: 0,
  waveformBytes: 0,
  spanBytes: 0,
  tableUploads: 0,
  columnsCombined: 0,
  framesDrawn: 0,
});

const SOFTWARE = /llvmpipe|softpipe|swiftshader|swrast|lavapipe|software|basic render/i;
/** Names that WebKit gives to everything. */
const MASKED = /^(apple gpu|webkit webgl|)$/i;
/** Canvas 2D draws a live frame of many lanes in this time, ms. */
const SLOW_WINDOW_MS = 6;

/** Why a drawer is not taken, null when it is. `windowMs` tries it. */
export function refusalOf(name: string, windowMs: () => number): string | null {
  if (SOFTWARE.test(name)) return `WebGL2 runs in software (${name})`;
  if (!MASKED.test(name)) return null;
  const ms = windowMs();
  return ms > SLOW_WINDOW_MS ? `WebGL2 takes ${Math.round(ms)} ms for a window, as software does` : null;
}

export interface GlDevice {
  readonly gl: WebGL2RenderingContext;
  /** What the driver calls itself, as far as the browser tells. */
  readonly name: string;
  /** Largest side of a texture is 2 to this. */
  readonly sideBits: number;
  readonly work: GlWork;
}

export type GlRefusal = { refused: string };

/** `softwareToo`: take what there is, as the user or a test insists. */
export function openDevice(canvas: HTMLCanvasElement, softwareToo: boolean): GlDevice | GlRefusal {
  const gl = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false,
    depth: false,
    stencil: false,
    failIfMajorPerformanceCaveat: !softwareToo,
  });
  if (!gl) return { refused: softwareToo ? 'no WebGL2 here' : 'no WebGL2 on a GPU here' };
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  const refused = softwareToo ? null : refusalOf(name, () => timeOfWindow(gl));
  if (refused !== null) {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return { refused };
  }
  return { gl, name, sideBits: Math.floor(Math.log2(gl.getParameter(gl.MAX_TEXTURE_SIZE) as number)), work: noWork() };
}
