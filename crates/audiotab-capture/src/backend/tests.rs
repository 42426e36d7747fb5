use super::*;
use crate::queue::{Piece, queue};
use cpal::{InputStreamTimestamp, StreamInstant};

fn info(ms: u64) -> InputCallbackInfo {
    let capture = StreamInstant::from_millis(ms);
    InputCallbackInfo::new(InputStreamTimestamp { callback: capture, capture })
}

/// The very closure that streams get, with room, without room, and after an overrun of the sound system.
fn never_allocates<T>(sample: T, value: f64)
where
    T: SizedSample,
    f64: FromSample<T>,
{
    let (intake, mut outlet) = queue(1000, 8, 48_000);
    let counts = intake.counts();
    let mut callback = callback::<T>(intake);
    let data = vec![sample; 8 * 480];
    assert_no_alloc::assert_no_alloc(|| {
        for i in 0..20 {
            callback(&data, &info(i * 10));
            if i == 5 {
                counts.backend_xruns.fetch_add(1, Relaxed);
            }
        }
    });
    let mut frames = 0;
    outlet.drain(|piece| {
        if let Piece::Samples(samples) = piece {
            frames += samples.len() / 8;
            assert!(samples.iter().all(|sample| *sample == value));
        }
    });
    assert_eq!(frames, 1000);
    drop(callback);
    assert_eq!(outlet.lost_at_the_end(), 20 * 480 - 1000);
}

#[test]
fn the_callback_never_allocates_and_converts_exactly() {
    never_allocates(64i8, 0.5);
    never_allocates(-16_384i16, -0.5);
    never_allocates(cpal::I24::new(1).unwrap(), 2f64.powi(-23));
    never_allocates(i32::MAX, 2_147_483_647.0 / 2_147_483_648.0);
    never_allocates(0u8, -1.0);
    never_allocates(49_152u16, 0.5);
    never_allocates(u32::MAX, 2_147_483_647.0 / 2_147_483_648.0);
    never_allocates(-1.5f32, -1.5);
    never_allocates(1e-300f64, 1e-300);
}

#[test]
fn refusals_have_the_kinds_hosts_know() {
    for (kind, expected) in [
        (ErrorKind::DeviceBusy, "device-busy"),
        (ErrorKind::DeviceNotAvailable, "device-gone"),
        (ErrorKind::HostUnavailable, "no-device"),
        (ErrorKind::PermissionDenied, "permission"),
        (ErrorKind::UnsupportedConfig, "unsupported"),
        (ErrorKind::BackendError, "internal"),
    ] {
        assert_eq!(refusal("alsa:hw:0", &kind.into()).kind(), expected);
    }
}
