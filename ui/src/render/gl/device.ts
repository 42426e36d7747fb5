// A WebGL2 context, what it may hold, and what was sent to it. Software drawers are refused: at the size of a window they
// are slower than our own Canvas 2D way.

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

const SOFTWARE = /llvmpipe|softpipe|swiftshader|swrast|lavapipe|software|basic render|virgl/i;

export interface GlDevice {
  readonly gl: WebGL2RenderingContext;
  /** What the driver calls itself, as far as the browser tells. */
  readonly name: string;
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
  if (SOFTWARE.test(name) && !softwareToo) {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return { refused: `WebGL2 runs in software (${name})` };
  }
  return { gl, name, work: noWork() };
}

export function linkProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  // A lost context links nothing and says nothing; that is not a fault of the program.
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const logs = gl.getAttachedShaders(program)?.map((shader) => gl.getShaderInfoLog(shader)) ?? [];
    throw new Error(`A shader does not link: ${gl.getProgramInfoLog(program)} ${logs.join(' ')}`);
  }
  return program;
}

export type Uniforms<Name extends string> = Record<Name, WebGLUniformLocation | null>;

export function uniformsOf<Name extends string>(gl: WebGL2RenderingContext, program: WebGLProgram, names: readonly Name[]): Uniforms<Name> {
  return Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)])) as Uniforms<Name>;
}

/** A texture that is only ever read by whole texels. */
export function texelTexture(gl: WebGL2RenderingContext, target: GLenum): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(target, texture);
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(target, filter, gl.NEAREST);
  for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(target, wrap, gl.CLAMP_TO_EDGE);
  return texture;
}
