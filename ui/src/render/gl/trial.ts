// Some browsers hide what draws behind WebGL: WebKit calls everything "Apple GPU". Then the only way to tell a GPU from
// software is to let it colour a picture as large as a window.

import { linkProgram, texelTexture } from './objects';
import { PLOT_VERTEX, TRIAL_FRAGMENT } from './shaders';

const WIDTH_PX = 1400;
const HEIGHT_PX = 800;
/** The first one compiles the program. */
const ROUNDS = 4;

/** Best time of colouring a window, ms; each round waits until the pixels are there. */
export function timeOfWindow(gl: WebGL2RenderingContext): number {
  const program = linkProgram(gl, PLOT_VERTEX, TRIAL_FRAGMENT);
  const source = texelTexture(gl, gl.TEXTURE_2D);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 256, 256);
  const target = gl.createRenderbuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, target);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, WIDTH_PX, HEIGHT_PX);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, target);
  gl.viewport(0, 0, WIDTH_PX, HEIGHT_PX);
  gl.useProgram(program);
  const pixel = new Uint8Array(4);
  let bestMs = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.deleteFramebuffer(frame);
  gl.deleteRenderbuffer(target);
  gl.deleteTexture(source);
  gl.deleteProgram(program);
  return bestMs;
}
