//! The passes of the Stockham FFT. Value `q + s (p + m j)` of a pass, j of its radix, becomes `q + s (r p + k)`.

use fearless_simd::Simd;

use super::butterfly::{Complexes, Lanes, butterfly4, butterfly8, interleave8};
use super::{BLOCK, Block};
use crate::display_stft::frames::Pairs;

impl Block {
    #[inline(always)]
    pub(super) fn load<S: Simd, V: Lanes<S>>(&self, simd: S, at: usize) -> Complexes<V> {
        Complexes::load(simd, &self.re[at..at + V::LEN], &self.im[at..at + V::LEN])
    }

    #[inline(always)]
    fn store<S: Simd, V: Lanes<S>>(&mut self, at: usize, value: Complexes<V>) {
        value.store(&mut self.re[at..at + V::LEN], &mut self.im[at..at + V::LEN]);
    }
}

/// Windows the frames; radix 8 with stride 1. The vectors lie along p, so their lanes have to be interleaved.
#[inline(always)]
pub(super) fn first_pass<S: Simd, V: Lanes<S>>(
    simd: S,
    frames: Pairs<'_>,
    window: &[Block],
    twiddles: &[Block],
    y: &mut [Block],
) {
    let eighth = y.len() / 8;
    match window.len() / eighth {
        // A literal, so that the compiler need not ask each time what is padding.
        8 => first_pass_of::<S, V>(simd, 8, frames, window, twiddles, y),
        sounding => first_pass_of::<S, V>(simd, sounding, frames, window, twiddles, y),
    }
}

/// `sounding`: eighths that hold frames; zero padding leaves the later ones empty.
#[inline(always)]
fn first_pass_of<S: Simd, V: Lanes<S>>(
    simd: S,
    sounding: usize,
    frames: Pairs<'_>,
    window: &[Block],
    twiddles: &[Block],
    y: &mut [Block],
) {
    let y = y.as_chunks_mut::<8>().0;
    let n = y.len();
    let twiddles = &twiddles.as_chunks::<7>().0[..n];
    let eighth = |j: usize| Eighth::new(frames, window, n, if j < sounding { Some(j) } else { None });
    let (x0, x1, x2, x3) = (eighth(0), eighth(1), eighth(2), eighth(3));
    let (x4, x5, x6, x7) = (eighth(4), eighth(5), eighth(6), eighth(7));
    for b in 0..n {
        let (w, y) = (&twiddles[b], &mut y[b]);
        for at in (0..BLOCK).step_by(V::LEN) {
            let z: [Complexes<V>; 8] = butterfly8([
                x0.windowed(simd, b, at),
                x1.windowed(simd, b, at),
                x2.windowed(simd, b, at),
                x3.windowed(simd, b, at),
                x4.windowed(simd, b, at),
                x5.windowed(simd, b, at),
                x6.windowed(simd, b, at),
                x7.windowed(simd, b, at),
            ]);
            let z1 = z[1].times(w[0].load(simd, at));
            let z2 = z[2].times(w[1].load(simd, at));
            let z3 = z[3].times(w[2].load(simd, at));
            let z4 = z[4].times(w[3].load(simd, at));
            let z5 = z[5].times(w[4].load(simd, at));
            let z6 = z[6].times(w[5].load(simd, at));
            let z7 = z[7].times(w[6].load(simd, at));
            let re = interleave8([z[0].re, z1.re, z2.re, z3.re, z4.re, z5.re, z6.re, z7.re]);
            let im = interleave8([z[0].im, z1.im, z2.im, z3.im, z4.im, z5.im, z6.im, z7.im]);
            for k in 0..8 {
                let to = at * 8 + k * V::LEN;
                y[to / BLOCK].store(to % BLOCK, Complexes { re: re[k], im: im[k] });
            }
        }
    }
}

/// One eighth of the frames and of the window.
struct Eighth<'a> {
    first: &'a [[f32; BLOCK]],
    second: &'a [[f32; BLOCK]],
    window: &'a [Block],
    is_padding: bool,
}

impl<'a> Eighth<'a> {
    #[inline(always)]
    fn new(frames: Pairs<'a>, window: &'a [Block], blocks: usize, number: Option<usize>) -> Self {
        let from = number.unwrap_or(0) * blocks;
        Self {
            first: &frames.first.as_chunks().0[from..][..blocks],
            second: &frames.second.as_chunks().0[from..][..blocks],
            window: &window[from..][..blocks],
            is_padding: number.is_none(),
        }
    }

    #[inline(always)]
    fn windowed<S: Simd, V: Lanes<S>>(&self, simd: S, block: usize, at: usize) -> Complexes<V> {
        if self.is_padding {
            return Complexes::splat(simd, (0.0, 0.0));
        }
        let x: Complexes<V> =
            Complexes::load(simd, &self.first[block][at..at + V::LEN], &self.second[block][at..at + V::LEN]);
        let w: Complexes<V> = self.window[block].load(simd, at);
        Complexes { re: x.re * w.re, im: x.im * w.im }
    }
}

/// Radix 4; the stride is some whole blocks.
#[inline(always)]
pub(super) fn middle_pass<S: Simd, V: Lanes<S>>(
    simd: S,
    stride: usize,
    twiddles: &[[(f32, f32); 3]],
    x: &[Block],
    y: &mut [Block],
) {
    match stride {
        // A literal again: here p runs fast and the inner loop would cost more than its work.
        1 => middle_pass_of::<S, V>(simd, 1, twiddles, x, y),
        _ => middle_pass_of::<S, V>(simd, stride, twiddles, x, y),
    }
}

#[inline(always)]
fn middle_pass_of<S: Simd, V: Lanes<S>>(
    simd: S,
    stride: usize,
    twiddles: &[[(f32, f32); 3]],
    x: &[Block],
    y: &mut [Block],
) {
    let [x0, x1, x2, x3] = quarters(x);
    let x01 = x0.chunks_exact(stride).zip(x1.chunks_exact(stride));
    let x23 = x2.chunks_exact(stride).zip(x3.chunks_exact(stride));
    for (((x01, x23), y), w) in x01.zip(x23).zip(y.chunks_exact_mut(4 * stride)).zip(twiddles) {
        let (x0, x1) = (&x01.0[..stride], &x01.1[..stride]);
        let (x2, x3) = (&x23.0[..stride], &x23.1[..stride]);
        let [y0, y1, y2, y3] = quarters_mut(y);
        let (y0, y1, y2, y3) = (&mut y0[..stride], &mut y1[..stride], &mut y2[..stride], &mut y3[..stride]);
        let (w1, w2, w3) = (
            Complexes::<V>::splat(simd, w[0]),
            Complexes::<V>::splat(simd, w[1]),
            Complexes::<V>::splat(simd, w[2]),
        );
        for b in 0..stride {
            for at in (0..BLOCK).step_by(V::LEN) {
                let (a, b_, c, d) =
                    (x0[b].load(simd, at), x1[b].load(simd, at), x2[b].load(simd, at), x3[b].load(simd, at));
                let z: [Complexes<V>; 4] = butterfly4([a, b_, c, d]);
                y0[b].store(at, z[0]);
                y1[b].store(at, z[1].times(w1));
                y2[b].store(at, z[2].times(w2));
                y3[b].store(at, z[3].times(w3));
            }
        }
    }
}

/// Radix 4 or 8 with nothing left to turn; the parts are stored apart, as the mirrored bins need them.
#[inline(always)]
pub(super) fn last_pass<S: Simd, V: Lanes<S>>(simd: S, x: &[Block], re: &mut [f32], im: &mut [f32]) {
    let (re, im) = (&mut re.as_chunks_mut().0[..x.len()], &mut im.as_chunks_mut().0[..x.len()]);
    // After 8 and some fours, 4 or 8 remain.
    if x.len().trailing_zeros().is_multiple_of(2) {
        last_pass4::<S, V>(simd, x, re, im);
    } else {
        last_pass8::<S, V>(simd, x, re, im);
    }
}

type Values = [f32; BLOCK];

#[inline(always)]
fn last_pass4<S: Simd, V: Lanes<S>>(simd: S, x: &[Block], re: &mut [Values], im: &mut [Values]) {
    let ([x0, x1, x2, x3], [re0, re1, re2, re3], [im0, im1, im2, im3]) =
        (quarters(x), quarters_mut(re), quarters_mut(im));
    for b in 0..x0.len() {
        for at in (0..BLOCK).step_by(V::LEN) {
            let z: [Complexes<V>; 4] = butterfly4([
                x0[b].load(simd, at),
                x1[b].load(simd, at),
                x2[b].load(simd, at),
                x3[b].load(simd, at),
            ]);
            let here = at..at + V::LEN;
            z[0].store(&mut re0[b][here.clone()], &mut im0[b][here.clone()]);
            z[1].store(&mut re1[b][here.clone()], &mut im1[b][here.clone()]);
            z[2].store(&mut re2[b][here.clone()], &mut im2[b][here.clone()]);
            z[3].store(&mut re3[b][here.clone()], &mut im3[b][here]);
        }
    }
}

#[inline(always)]
fn last_pass8<S: Simd, V: Lanes<S>>(simd: S, x: &[Block], re: &mut [Values], im: &mut [Values]) {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = eighths(x);
    let [re0, re1, re2, re3, re4, re5, re6, re7] = eighths_mut(re);
    let [im0, im1, im2, im3, im4, im5, im6, im7] = eighths_mut(im);
    for b in 0..x0.len() {
        for at in (0..BLOCK).step_by(V::LEN) {
            let z: [Complexes<V>; 8] = butterfly8([
                x0[b].load(simd, at),
                x1[b].load(simd, at),
                x2[b].load(simd, at),
                x3[b].load(simd, at),
                x4[b].load(simd, at),
                x5[b].load(simd, at),
                x6[b].load(simd, at),
                x7[b].load(simd, at),
            ]);
            let here = at..at + V::LEN;
            z[0].store(&mut re0[b][here.clone()], &mut im0[b][here.clone()]);
            z[1].store(&mut re1[b][here.clone()], &mut im1[b][here.clone()]);
            z[2].store(&mut re2[b][here.clone()], &mut im2[b][here.clone()]);
            z[3].store(&mut re3[b][here.clone()], &mut im3[b][here.clone()]);
            z[4].store(&mut re4[b][here.clone()], &mut im4[b][here.clone()]);
            z[5].store(&mut re5[b][here.clone()], &mut im5[b][here.clone()]);
            z[6].store(&mut re6[b][here.clone()], &mut im6[b][here.clone()]);
            z[7].store(&mut re7[b][here.clone()], &mut im7[b][here]);
        }
    }
}

/// Four equal parts, of one and the same length for the compiler to see. Plain statements: closures and iterators are
/// not always compiled into their caller's vector width.
#[inline(always)]
fn quarters<T>(x: &[T]) -> [&[T]; 4] {
    let n = x.len() / 4;
    [&x[..n], &x[n..][..n], &x[2 * n..][..n], &x[3 * n..][..n]]
}

#[inline(always)]
fn quarters_mut<T>(x: &mut [T]) -> [&mut [T]; 4] {
    let n = x.len() / 4;
    let (x0, rest) = x.split_at_mut(n);
    let (x1, rest) = rest.split_at_mut(n);
    let (x2, x3) = rest.split_at_mut(n);
    [x0, x1, x2, &mut x3[..n]]
}

#[inline(always)]
fn eighths<T>(x: &[T]) -> [&[T]; 8] {
    let n = x.len() / 8;
    let (low, high) = x.split_at(4 * n);
    let ([x0, x1, x2, x3], [x4, x5, x6, x7]) = (quarters(low), quarters(&high[..4 * n]));
    [x0, x1, x2, x3, x4, x5, x6, x7]
}

#[inline(always)]
fn eighths_mut<T>(x: &mut [T]) -> [&mut [T]; 8] {
    let n = x.len() / 8;
    let (low, high) = x.split_at_mut(4 * n);
    let ([x0, x1, x2, x3], [x4, x5, x6, x7]) = (quarters_mut(low), quarters_mut(&mut high[..4 * n]));
    [x0, x1, x2, x3, x4, x5, x6, x7]
}
