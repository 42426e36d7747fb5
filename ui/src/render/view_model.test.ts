import { describe, expect, it } from 'vitest';
import { endFrame, startFrame } from '../base/time_scale';
import { ViewModel } from './view_model';

const CAPACITY = 1_440_000;

function model(liveFrame = 2_000_000) {
  const changes: boolean[] = [];
  const view = new ViewModel((following) => changes.push(following));
  view.resize(1000);
  const limits = { firstFrame: Math.max(0, liveFrame - CAPACITY), liveFrame, capacityFrames: CAPACITY };
  view.begin(limits, 480_000);
  const advance = (to: number): void => view.advance({ ...limits, liveFrame: to, firstFrame: Math.max(0, to - CAPACITY) });
  return { view, changes, advance };
}

describe('view', () => {
  it('begins live, with the asked time on screen and the live edge at the right', () => {
    const { view } = model();
    expect(view.following).toBe(true);
    expect(view.scale.framesPerPx).toBe(480);
    expect(endFrame(view.scale)).toBeLessThanOrEqual(2_000_000);
    expect(endFrame(view.scale)).toBeGreaterThan(2_000_000 - 480);
  });

  it('follows by whole columns and never steps back for clock noise', () => {
    const { view, advance } = model();
    const first = view.scale.firstPx;
    advance(2_000_000 + 480 * 3);
    expect(view.scale.firstPx).toBe(first + 3);
    advance(2_000_000);
    expect(view.scale.firstPx).toBe(first + 3);
  });

  it('stands still when frozen, while the stream goes on', () => {
    const { view, changes, advance } = model();
    view.freeze();
    const { scale } = view;
    advance(3_000_000);
    expect(view.scale).toBe(scale);
    view.follow();
    expect(endFrame(view.scale)).toBeGreaterThan(2_999_000);
    expect(changes).toEqual([false, true]);
  });

  it('leaves live when panned back, not when panned forward', () => {
    const { view } = model();
    view.pan(10);
    expect(view.following).toBe(true);
    view.pan(-10);
    expect(view.following).toBe(false);
  });

  it('stays between the oldest frame and the live edge', () => {
    const { view, advance } = model();
    view.pan(-1e9);
    expect(startFrame(view.scale)).toBeGreaterThanOrEqual(560_000);
    expect(startFrame(view.scale)).toBeLessThan(560_000 + 480);
    view.pan(1e9);
    expect(endFrame(view.scale)).toBeLessThanOrEqual(2_000_000);
    // What ages away under a standing view does not move it, and it can still be panned forward.
    view.jumpToOldest();
    const { firstPx } = view.scale;
    advance(2_500_000);
    expect(view.scale.firstPx).toBe(firstPx);
    view.pan(-5);
    expect(view.scale.firstPx).toBe(firstPx);
    view.pan(5);
    expect(view.scale.firstPx).toBe(firstPx + 5);
  });

  it('keeps the frame under the pointer when zooming a frozen view', () => {
    const { view } = model();
    view.freeze();
    view.pan(-300);
    const before = (view.scale.firstPx + 400) * view.scale.framesPerPx;
    for (let i = 0; i < 12; i++) view.zoomBy(0.8, 400);
    const after = (view.scale.firstPx + 400) * view.scale.framesPerPx;
    expect(Math.abs(after - before)).toBeLessThan(480 * 12);
    expect(view.scale.framesPerPx).toBeLessThan(50);
  });

  it('keeps the live edge when zooming a live view', () => {
    const { view } = model();
    view.zoomBy(0.5, 100);
    expect(view.following).toBe(true);
    expect(endFrame(view.scale)).toBeGreaterThan(2_000_000 - 240);
  });

  it('zooms from the whole history to single samples and no further', () => {
    const { view } = model();
    for (let i = 0; i < 200; i++) view.zoomBy(0.8, 500);
    expect(view.scale.framesPerPx).toBe(1 / 32);
    for (let i = 0; i < 200; i++) view.zoomBy(1.25, 500);
    expect(view.scale.framesPerPx).toBe(view.widestFramesPerPx);
    expect(view.scale.framesPerPx * 1000).toBeGreaterThanOrEqual(CAPACITY);
    expect(view.scale.framesPerPx * 1000).toBeLessThan(CAPACITY * 1.001);
  });

  it('shows the whole history from wherever it stands', () => {
    const { view, advance } = model(700_000);
    view.freeze();
    view.showRange(100_000, 100_500);
    view.showAll();
    expect(view.following).toBe(false);
    expect(endFrame(view.scale)).toBeGreaterThan(700_000 - view.scale.framesPerPx);
    expect(startFrame(view.scale)).toBeLessThanOrEqual(0);
    advance(5_000_000);
    view.showAll();
    expect(startFrame(view.scale)).toBeLessThanOrEqual(5_000_000 - CAPACITY + view.scale.framesPerPx);
    expect(endFrame(view.scale)).toBeGreaterThan(5_000_000 - view.scale.framesPerPx);
  });

  it('zooms out over the history there is, not over what was before it', () => {
    const { view } = model(2_000_000);
    view.showRange(600_000, 601_000);
    for (let i = 0; i < 20; i++) view.zoomBy(1.25, 900);
    expect(startFrame(view.scale)).toBeGreaterThanOrEqual(560_000);
    expect(startFrame(view.scale)).toBeLessThan(560_000 + view.scale.framesPerPx);
  });

  it('does not push away what has aged out under a standing view', () => {
    const { view, advance } = model(2_000_000);
    view.showRange(600_000, 700_000);
    advance(2_300_000);
    view.zoomBy(1.25, 500);
    view.zoomBy(0.8, 500);
    expect(startFrame(view.scale)).toBeGreaterThanOrEqual(600_000);
    expect(startFrame(view.scale)).toBeLessThan(625_000);
  });

  it('shows a range as the overview asks', () => {
    const { view } = model();
    view.showRange(1_000_000, 1_200_000);
    expect(view.following).toBe(false);
    expect(view.scale.framesPerPx).toBe(200);
    expect(startFrame(view.scale)).toBe(1_000_000);
    view.moveTo(900_000);
    expect(startFrame(view.scale)).toBe(900_000);
  });

  it('keeps zoom and right edge when the window changes', () => {
    const { view } = model();
    view.freeze();
    const end = endFrame(view.scale);
    view.resize(600);
    expect(endFrame(view.scale)).toBe(end);
    expect(view.scale.framesPerPx).toBe(480);
    view.resize(40_000);
    expect(view.scale.framesPerPx).toBeLessThanOrEqual(view.widestFramesPerPx);
  });
});
