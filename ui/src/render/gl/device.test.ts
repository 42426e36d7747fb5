import { describe, expect, it } from 'vitest';
import { refusalOf } from './device';

describe('the choice of a drawer', () => {
  const never = (): number => {
    throw new Error('A name that says what it is needs no trial.');
  };

  it('takes GPUs and refuses software by their names', () => {
    expect(refusalOf('ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', never)).toBeNull();
    expect(refusalOf('Radeon R9 200 Series, or similar', never)).toBeNull();
    for (const name of ['llvmpipe (LLVM 19.1.7, 256 bits)', 'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)', 'Microsoft Basic Render Driver', 'Apple Software Renderer']) {
      expect(refusalOf(name, never)).toContain(name);
    }
  });

  it('tries one whose name is hidden', () => {
    expect(refusalOf('Apple GPU', () => 1)).toBeNull();
    expect(refusalOf('Apple GPU', () => 31)).toMatch(/31 ms/);
    expect(refusalOf('WebKit WebGL', () => 31)).toMatch(/31 ms/);
  });
});
