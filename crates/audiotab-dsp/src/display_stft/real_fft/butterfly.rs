//! Butterflies of 4 and 8 points, each lane of the vectors its own.

use fearless_simd::{Simd, SimdFloat};

/// Vectors of f32 lanes.
pub(super) trait Lanes<S: Simd>: SimdFloat<S, Element = f32> {}
impl<S: Simd, V: SimdFloat<S, Element = f32>> Lanes<S> for V {}

/// As many complex numbers as a vector has lanes.
#[derive(Clone, Copy)]
pub(super) struct Complexes<V> {
    pub(super) re: V,
    pub(super) im: V,
}

impl<V> Complexes<V> {
    #[inline(always)]
    pub(super) fn load<S: Simd>(simd: S, re: &[f32], im: &[f32]) -> Self
    where
        V: Lanes<S>,
    {
        Self { re: V::from_slice(simd, re), im: V::from_slice(simd, im) }
    }

    #[inline(always)]
    pub(super) fn splat<S: Simd>(simd: S, (re, im): (f32, f32)) -> Self
    where
        V: Lanes<S>,
    {
        Self { re: V::splat(simd, re), im: V::splat(simd, im) }
    }

    #[inline(always)]
    pub(super) fn store<S: Simd>(self, re: &mut [f32], im: &mut [f32])
    where
        V: Lanes<S>,
    {
        self.re.store_slice(re);
        self.im.store_slice(im);
    }

    /// Squared magnitudes.
    #[inline(always)]
    pub(super) fn power<S: Simd>(self) -> V
    where
        V: Lanes<S>,
    {
        self.re * self.re + self.im * self.im
    }

    #[inline(always)]
    pub(super) fn plus<S: Simd>(self, other: Self) -> Self
    where
        V: Lanes<S>,
    {
        Self { re: self.re + other.re, im: self.im + other.im }
    }

    #[inline(always)]
    pub(super) fn minus<S: Simd>(self, other: Self) -> Self
    where
        V: Lanes<S>,
    {
        Self { re: self.re - other.re, im: self.im - other.im }
    }

    #[inline(always)]
    pub(super) fn times<S: Simd>(self, other: Self) -> Self
    where
        V: Lanes<S>,
    {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

/// DFT of 4 points.
#[inline(always)]
pub(super) fn butterfly4<S: Simd, V: Lanes<S>>([a, b, c, d]: [Complexes<V>; 4]) -> [Complexes<V>; 4] {
    let (sum_ac, difference_ac) = (a.plus(c), a.minus(c));
    let (sum_bd, difference_bd) = (b.plus(d), b.minus(d));
    let (x, y) = (difference_ac, difference_bd);
    [
        sum_ac.plus(sum_bd),
        // -i (re + i im) = im - i re
        Complexes { re: x.re + y.im, im: x.im - y.re },
        sum_ac.minus(sum_bd),
        Complexes { re: x.re - y.im, im: x.im + y.re },
    ]
}

/// DFT of 8 points.
#[inline(always)]
pub(super) fn butterfly8<S: Simd, V: Lanes<S>>(x: [Complexes<V>; 8]) -> [Complexes<V>; 8] {
    let [e0, e1, e2, e3] = butterfly4([x[0], x[2], x[4], x[6]]);
    let [o0, o1, o2, o3] = butterfly4([x[1], x[3], x[5], x[7]]);
    let r = std::f32::consts::FRAC_1_SQRT_2;
    let t1 = Complexes { re: (o1.re + o1.im) * r, im: (o1.im - o1.re) * r };
    let t3 = Complexes { re: (o3.im - o3.re) * r, im: (o3.re + o3.im) * r };
    [
        e0.plus(o0),
        e1.plus(t1),
        Complexes { re: e2.re + o2.im, im: e2.im - o2.re },
        Complexes { re: e3.re + t3.re, im: e3.im - t3.im },
        e0.minus(o0),
        e1.minus(t1),
        Complexes { re: e2.re - o2.im, im: e2.im + o2.re },
        Complexes { re: e3.re - t3.re, im: e3.im + t3.im },
    ]
}

/// The lanes of 8 vectors in turn: lane 0 of each, lane 1 of each, and so on.
#[inline(always)]
pub(super) fn interleave8<S: Simd, V: Lanes<S>>(x: [V; 8]) -> [V; 8] {
    let [a0, a1, a2, a3] = interleave4([x[0], x[2], x[4], x[6]]);
    let [b0, b1, b2, b3] = interleave4([x[1], x[3], x[5], x[7]]);
    let ((c0, c1), (c2, c3)) = (a0.interleave(b0), a1.interleave(b1));
    let ((c4, c5), (c6, c7)) = (a2.interleave(b2), a3.interleave(b3));
    [c0, c1, c2, c3, c4, c5, c6, c7]
}

#[inline(always)]
fn interleave4<S: Simd, V: Lanes<S>>(x: [V; 4]) -> [V; 4] {
    let ((a0, a1), (b0, b1)) = (x[0].interleave(x[2]), x[1].interleave(x[3]));
    let ((c0, c1), (c2, c3)) = (a0.interleave(b0), a1.interleave(b1));
    [c0, c1, c2, c3]
}
