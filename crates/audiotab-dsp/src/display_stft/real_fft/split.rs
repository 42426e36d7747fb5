//! The end of a real FFT: the spectrum of the pairs taken apart.

use fearless_simd::Simd;

use super::butterfly::{Complexes, Lanes};
use super::{BLOCK, Block};

/// From Z, the transform of `x[2m] + i x[2m+1]`, those of the even and the odd frames, `2 E[k] = Z[k] + conj Z[h-k]` and
/// `2 O[k] = -i (Z[k] - conj Z[h-k])`, and from them `X[k] = E[k] + w^k O[k]`, `X[h-k] = conj(E[k] - w^k O[k])`. The
/// powers are `|2 X|^2`. `re` and `im` hold h + 1 values, of which this sets the last.
#[inline(always)]
pub(super) fn split_powers<S: Simd, V: Lanes<S>>(
    simd: S,
    re: &mut [f32],
    im: &mut [f32],
    twiddles: &[Block],
    powers: &mut [f32],
) {
    let half = re.len() - 1;
    let middle = half / 2;
    (re[half], im[half]) = (re[0], im[0]);
    let n = twiddles.len();
    let (front_re, back_re) =
        (&re.as_chunks::<BLOCK>().0[..n], &re[middle + 1..].as_chunks::<BLOCK>().0[..n]);
    let (front_im, back_im) =
        (&im.as_chunks::<BLOCK>().0[..n], &im[middle + 1..].as_chunks::<BLOCK>().0[..n]);
    let (front, back) = powers.split_at_mut(middle + 1);
    // The bin in the middle is its own mirror.
    front[middle] = 4.0 * (re[middle] * re[middle] + im[middle] * im[middle]);
    let (front, back) =
        (&mut front.as_chunks_mut::<BLOCK>().0[..n], &mut back.as_chunks_mut::<BLOCK>().0[..n]);
    for b in 0..n {
        let mirror = n - 1 - b;
        for at in (0..BLOCK).step_by(V::LEN) {
            let here = at..at + V::LEN;
            let there = BLOCK - V::LEN - at..BLOCK - at;
            let load = Complexes::<V>::load;
            let z = load(simd, &front_re[b][here.clone()], &front_im[b][here.clone()]);
            let m = load(simd, &back_re[mirror][there.clone()], &back_im[mirror][there.clone()]);
            let (m_re, m_im) = (m.re.reverse(), m.im.reverse());
            let even = Complexes { re: z.re + m_re, im: z.im - m_im };
            let odd = Complexes { re: z.im + m_im, im: m_re - z.re };
            let turned = odd.times(twiddles[b].load(simd, at));
            even.plus(turned).power().store_slice(&mut front[b][here]);
            even.minus(turned).power().reverse().store_slice(&mut back[mirror][there]);
        }
    }
}
