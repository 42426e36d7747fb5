//! `audiotab waveform`.

use crate::args::Waveform;
use crate::channel::Channel;
use crate::failure::Failure;
use crate::npy::NpyWriter;
use crate::out_file::OutFile;
use crate::progress::Progress;

/// Writes float64 [points, 2]: minimum and maximum of equal parts. Part i of P covers frames
/// [floor(i * N / P), floor((i + 1) * N / P)) of N, and at least one frame. Lost frames do not count; a part
/// without any sample is NaN.
///
/// # Errors
/// One sentence if input or output are wrong.
pub fn run(args: &Waveform) -> Result<(), Failure> {
    let mut input = Channel::open(&args.path, args.channel)?;
    // The length that a file declares can be wrong, so files are read twice: once to count.
    let frames = match input.frames_left() {
        Some(frames) => frames,
        None => {
            let mut counting = Channel::open(&args.path, args.channel)?;
            let mut progress = Progress::new("Counting", None);
            let (mut frames, mut samples) = (0, Vec::new());
            while counting.read(&mut samples)? > 0 {
                frames += samples.len() as u64;
                progress.advance(samples.len() as u64);
                samples.clear();
            }
            frames
        }
    };
    let failed = OutFile::failure(&args.out);
    let out = OutFile::create(&args.out, &args.path)?;
    let mut npy = NpyWriter::<f64, _>::new(out, Some(2)).map_err(&failed)?;
    let mut progress = Progress::new("Waveform", Some(frames));
    let mut parts = Parts::new(args.points, frames);
    let mut samples = Vec::new();
    while input.read(&mut samples)? > 0 {
        for sample in samples.drain(..) {
            parts.push(sample, |extremes| npy.write(&extremes)).map_err(&failed)?;
        }
        progress.advance(0);
    }
    parts.finish(|extremes| npy.write(&extremes)).map_err(&failed)?;
    npy.finish().map_err(&failed)?.commit()?;
    drop(progress);
    input.remark();
    Ok(())
}

const NOTHING: [f64; 2] = [f64::NAN, f64::NAN];

/// Minimum and maximum of the equal parts of a stream whose length is known.
struct Parts {
    points: u64,
    frames: u64,
    /// The part being filled, its extremes so far, and the frame it ends before.
    part: u64,
    extremes: [f64; 2],
    end: u64,
    next_frame: u64,
}

impl Parts {
    fn new(points: u64, frames: u64) -> Self {
        let mut parts = Self { points, frames, part: 0, extremes: NOTHING, end: 0, next_frame: 0 };
        parts.end = parts.bound(1).max(1);
        parts
    }

    /// First frame of part `part`.
    fn bound(&self, part: u64) -> u64 {
        (u128::from(part) * u128::from(self.frames) / u128::from(self.points)) as u64
    }

    fn push<E>(&mut self, sample: f64, mut emit: impl FnMut([f64; 2]) -> Result<(), E>) -> Result<(), E> {
        // f64::min and max pass over NaN.
        self.extremes = [self.extremes[0].min(sample), self.extremes[1].max(sample)];
        self.next_frame += 1;
        while self.next_frame >= self.end && self.part < self.points {
            emit(self.extremes)?;
            self.part += 1;
            self.end = self.bound(self.part + 1);
            if self.bound(self.part) >= self.next_frame {
                self.extremes = NOTHING;
                self.end = self.end.max(self.next_frame + 1);
                break;
            }
            // More points than frames: this frame is the next part too.
            self.extremes = [sample, sample];
        }
        Ok(())
    }

    fn finish<E>(mut self, mut emit: impl FnMut([f64; 2]) -> Result<(), E>) -> Result<(), E> {
        while self.part < self.points {
            emit(std::mem::replace(&mut self.extremes, NOTHING))?;
            self.part += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(samples: &[f64], points: u64) -> Vec<[f64; 2]> {
        let mut parts = Parts::new(points, samples.len() as u64);
        let mut out = Vec::new();
        let mut emit = |extremes| -> Result<(), ()> {
            out.push(extremes);
            Ok(())
        };
        samples.iter().try_for_each(|sample| parts.push(*sample, &mut emit)).unwrap();
        parts.finish(&mut emit).unwrap();
        out
    }

    fn by_definition(samples: &[f64], points: usize) -> Vec<[f64; 2]> {
        let n = samples.len();
        (0..points)
            .map(|i| {
                let (start, end) = (i * n / points, ((i + 1) * n / points).max(i * n / points + 1));
                samples[start..end].iter().fold(NOTHING, |e, s| [e[0].min(*s), e[1].max(*s)])
            })
            .collect()
    }

    #[test]
    fn parts_are_those_of_the_definition_for_every_ratio() {
        for n in 1..40_usize {
            let samples: Vec<f64> = (0..n).map(|i| ((i * 7919) % 31) as f64 - 15.0).collect();
            for points in 1..60_usize {
                assert_eq!(outline(&samples, points as u64), by_definition(&samples, points), "{n} {points}");
            }
        }
    }

    #[test]
    fn lost_frames_do_not_count_and_nothing_is_nan() {
        let out = outline(&[1.0, f64::NAN, f64::NAN, f64::NAN], 2);
        assert_eq!(out[0], [1.0, 1.0]);
        assert!(out[1][0].is_nan() && out[1][1].is_nan());
        assert!(outline(&[], 3).iter().all(|e| e[0].is_nan()));
        assert_eq!(outline(&[], 3).len(), 3);
    }
}
