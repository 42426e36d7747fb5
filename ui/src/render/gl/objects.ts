// Programs and textures, made the one way we need them.

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
