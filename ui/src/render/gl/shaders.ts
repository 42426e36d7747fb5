// The shaders. All arithmetic on codes is in whole numbers, so that the picture is the Canvas 2D one to the last bit.

import { MOST_TAG } from '../column_layer';
import { HATCH_PX } from '../spectrogram_painter';
import { MARK } from '../waveform_shape';
import { KIND } from './spans';

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
precision highp usampler2DArray;
`;

/** Values of the picture beyond the codes. */
const EMPTY = '0x10000u';
const GAP = '0x20000u';

/** A span of pixel columns, from top to bottom of the picture. */
export const COMBINE_VERTEX = `${HEAD}
layout(location = 0) in uvec2 a_columns;
layout(location = 1) in uvec4 a_source;
uniform float u_width;
flat out uvec4 v_source;
void main() {
  float x = float(a_columns.x) + ((gl_VertexID & 1) == 1 ? float(a_columns.y) : 0.0);
  v_source = a_source;
  gl_Position = vec4(2.0 * x / u_width - 1.0, (gl_VertexID & 2) == 2 ? 1.0 : -1.0, 0.0, 1.0);
}`;

/** The loudest of the bins and columns a pixel combines; row 0 of the picture is its top. */
export const COMBINE_FRAGMENT = `${HEAD}
uniform usampler2DArray u_codes;
uniform usampler2D u_rows;
uniform ivec3 u_bits;
uniform ivec2 u_ring;
flat in uvec4 v_source;
out uint o_code;

uint at(int slot, int i) {
  ivec2 side = ivec2(1 << u_bits.x, 1 << u_bits.y) - 1;
  int layer = (slot >> u_bits.y) * u_bits.z + (i >> u_bits.x);
  return texelFetch(u_codes, ivec3(i & side.x, slot & side.y, layer), 0).r;
}

void main() {
  if (v_source.w != ${KIND.codes}u) {
    o_code = v_source.w == ${KIND.gap}u ? ${GAP} : ${EMPTY};
    return;
  }
  uvec2 rows = texelFetch(u_rows, ivec2(int(gl_FragCoord.y), 0), 0).rg;
  int slot = int(v_source.x);
  uint tag = v_source.z;
  uint loudest = 0u;
  for (uint n = 0u; n < v_source.y; n++) {
    if (at(slot, u_ring.y) == tag) {
      for (int row = int(rows.x); row <= int(rows.y); row++) loudest = max(loudest, at(slot, row));
    }
    if (++slot == u_ring.x) {
      slot = 0;
      tag = tag == ${MOST_TAG}u ? 1u : tag + 1u;
    }
  }
  o_code = loudest;
}`;

/** The whole viewport. */
export const PLOT_VERTEX = `${HEAD}
void main() {
  gl_Position = vec4((gl_VertexID & 1) == 1 ? 1.0 : -1.0, (gl_VertexID & 2) == 2 ? 1.0 : -1.0, 0.0, 1.0);
}`;

/** From codes to colours: u_plot is left, bottom, width and height; u_first the first column on the absolute grid. */
export const COLOUR_FRAGMENT = `${HEAD}
uniform usampler2D u_picture;
uniform sampler2D u_table;
uniform ivec4 u_plot;
uniform ivec2 u_first;
uniform vec3 u_empty;
uniform vec3 u_dark;
uniform vec3 u_light;
out vec4 o_colour;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy) - u_plot.xy;
  int y = u_plot.w - 1 - at.y;
  uint code = texelFetch(u_picture, ivec2((u_first.x + at.x) % u_plot.z, y), 0).r;
  vec3 colour = u_empty;
  if (code == ${GAP}) colour = (u_first.y + at.x + y) % ${HATCH_PX} < 2 ? u_light : u_dark;
  else if (code != ${EMPTY}) colour = texelFetch(u_table, ivec2(int(code & 255u), int(code >> 8)), 0).rgb;
  o_colour = vec4(colour, 1.0);
}`;

/** A small waveform lane from its column shapes; colours are plot, trace, grid, strong grid, clip, dark and light gap. */
export const WAVEFORM_FRAGMENT = `${HEAD}
uniform usampler2D u_shapes;
uniform ivec4 u_plot;
uniform ivec2 u_first;
uniform int u_row;
uniform ivec3 u_levels;
uniform int u_thin;
uniform ivec3 u_colours[7];
out vec4 o_colour;

bool line(int y, int from) {
  return y >= from && y < from + u_thin;
}

void main() {
  ivec2 at = ivec2(gl_FragCoord.xy) - u_plot.xy;
  int y = u_plot.w - 1 - at.y;
  ivec3 shape = ivec3(texelFetch(u_shapes, ivec2((u_first.x + at.x) % u_plot.z, u_row), 0).rgb);
  bool strong = line(y, u_levels.z);
  bool soft = line(y, u_levels.x) || line(y, u_levels.y) || (shape.b & ${MARK.tick}) != 0;
  ivec3 colour = strong ? u_colours[3] : soft ? u_colours[2] : u_colours[0];
  if ((shape.b & ${MARK.gap}) != 0) colour = (u_first.y + at.x + y) % ${HATCH_PX} < 2 ? u_colours[6] : u_colours[5];
  int cover = max(0, min(shape.g, 16 * y + 16) - max(shape.r, 16 * y));
  colour = (colour * (16 - cover) + u_colours[1] * cover + 8) >> 4;
  bool clip = ((shape.b & ${MARK.clipTop}) != 0 && y < 2 * u_thin) || ((shape.b & ${MARK.clipBottom}) != 0 && y >= u_plot.w - 2 * u_thin);
  o_colour = vec4(vec3(clip ? u_colours[4] : colour) / 255.0, 1.0);
}`;

/** As much work per pixel as the colouring of a spectrogram. */
export const TRIAL_FRAGMENT = `${HEAD}
uniform sampler2D u_source;
out vec4 o_colour;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 first = texelFetch(u_source, at & 255, 0);
  o_colour = texelFetch(u_source, (at.yx + ivec2(255.0 * first.xy)) & 255, 0) + vec4(first.rgb, 1.0);
}`;
