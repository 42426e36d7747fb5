use std::f64::consts::TAU;
use std::io::Write;

use super::*;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A WAV file by hand: `tag` 1 is integer, 3 float; `said` replaces the length of the data.
fn wav(tag: u16, channels: u16, bits: u16, samples: &[u8], said: Option<u32>) -> Vec<u8> {
    let frame_bytes = channels * (bits / 8);
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0".to_vec();
    for field in [tag, channels] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(8000u32.to_le_bytes());
    bytes.extend((8000 * u32::from(frame_bytes)).to_le_bytes());
    bytes.extend(frame_bytes.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    // A chunk of odd length in between, with its padding.
    bytes.extend(b"note\x03\0\0\0abc\0data");
    bytes.extend(said.unwrap_or(samples.len() as u32).to_le_bytes());
    bytes.extend(samples);
    bytes
}

fn save(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn read_all(source: &mut FileSource) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = vec![Vec::new(); source.pick.len()];
    loop {
        let mut out = Planar::default();
        let frames = source.read(1000, &mut out).unwrap();
        for (to, from) in all.iter_mut().zip(&out.channels) {
            to.extend(&from[..frames]);
        }
        if frames < 1000 {
            return all;
        }
    }
}

fn play(path: &Path, pick: Option<&[u32]>) -> (Vec<Vec<f64>>, StreamFormat, Option<String>) {
    let (mut source, format) = FileSource::open(path, false, pick).unwrap_or_else(|e| panic!("{e}"));
    let samples = read_all(&mut source);
    (samples, format, source.take_notice())
}

fn refusal(bytes: &[u8]) -> String {
    let file = save(bytes);
    let error = FileSource::open(file.path(), true, None).err().expect("refused");
    assert_eq!(error.kind(), "file");
    error.to_string().replace(&file.path().display().to_string(), "X")
}

#[test]
fn every_plain_format_is_exact() {
    let f32s: Vec<u8> = [0.1f32, -1.5].iter().flat_map(|s| s.to_le_bytes()).collect();
    let f64s: Vec<u8> = [0.1f64, -1e-300].iter().flat_map(|s| s.to_le_bytes()).collect();
    for (tag, bits, bytes, expected) in [
        (1, 8, vec![0, 255], [-1.0, 127.0 / 128.0]),
        (1, 16, vec![0, 0x80, 1, 0], [-1.0, 1.0 / 32768.0]),
        (1, 24, vec![0, 0, 0x80, 0xff, 0xff, 0x7f], [-1.0, 8_388_607.0 / 8_388_608.0]),
        (1, 32, vec![0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0x7f], [-1.0, 2_147_483_647.0 / 2_147_483_648.0]),
        (3, 32, f32s, [f64::from(0.1f32), -1.5]),
        (3, 64, f64s, [0.1, -1e-300]),
    ] {
        let file = save(&wav(tag, 1, bits, &bytes, None));
        let (samples, format, notice) = play(file.path(), None);
        assert_eq!(samples, [expected], "{tag} {bits}");
        assert_eq!(
            (format.sample_rate_hz, format.channel_names, notice),
            (8000, vec!["Mono".to_owned()], None)
        );
    }
}

#[test]
fn hound_and_we_agree_on_extensible_files() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let spec = hound::WavSpec {
        channels: 6,
        sample_rate: 96_000,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
    for i in 0..60_000 {
        writer.write_sample(i * 100).unwrap();
    }
    writer.finalize().unwrap();
    let (samples, format, _) = play(file.path(), Some(&[5, 0]));
    assert_eq!(format.sample_rate_hz, 96_000);
    assert_eq!(samples[0].len(), 10_000);
    for (i, (last, first)) in samples[0].iter().zip(&samples[1]).enumerate() {
        assert_eq!(*last, (i as f64 * 6.0 + 5.0) * 100.0 / 8_388_608.0);
        assert_eq!(*first, i as f64 * 6.0 * 100.0 / 8_388_608.0);
    }
}

#[test]
fn sixty_four_channels_and_picks_out_of_a_thousand() {
    let frame: Vec<u8> = (0..1000i16).flat_map(i16::to_le_bytes).collect();
    let file = save(&wav(1, 64, 16, &frame[..128].repeat(10), None));
    let (samples, format, _) = play(file.path(), None);
    assert_eq!((samples.len(), samples[63][9], format.channels), (64, 63.0 / 32768.0, 64));
    assert_eq!(format.channel_names[63], "Channel 64");

    let wide = wav(1, 1000, 16, &frame.repeat(3), None);
    assert_eq!(refusal(&wide), "X has 1000 channels; up to 256 can be played, pick some with ?channels=0-7");
    let file = save(&wide);
    let (samples, _, _) = play(file.path(), Some(&[999, 3]));
    assert_eq!(samples, [vec![999.0 / 32768.0; 3], vec![3.0 / 32768.0; 3]]);
    let error = FileSource::open(file.path(), true, Some(&[1000])).err().unwrap();
    assert_eq!(error.kind(), "usage");
    assert!(error.to_string().ends_with("has no channel 1000; its channels are 0 to 999"), "{error}");
}

#[test]
fn broken_files_have_their_sentence() {
    assert_eq!(refusal(b""), "X is empty; there is nothing to play");
    assert_eq!(refusal(&wav(1, 0, 16, &[0; 8], None)), "X has no channels; there is nothing to play");
    assert_eq!(
        refusal(&wav(1, 2, 16, &[], None)),
        "X holds no sound; it has a header and nothing that can be played"
    );
    assert_eq!(refusal(&wav(1, 2, 16, &[], None)[..30]), "X is cut off before its samples begin");
    assert_eq!(
        refusal(&wav(2, 64, 4, &[0; 64], None)),
        "X has 64 channels of coded samples; save it as PCM to play it"
    );
    let text = refusal(&b"This is not sound. ".repeat(500));
    assert!(text.starts_with("X is not a sound file that can be played"), "{text}");
    let noise: Vec<u8> = (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(refusal(&noise).starts_with("X "));

    let dir = tempfile::tempdir().unwrap();
    let say = |path: &Path| FileSource::open(path, true, None).err().unwrap().to_string();
    assert!(say(dir.path()).ends_with("is a folder; name a sound file in it"));
    assert!(say(&dir.path().join("no.wav")).ends_with("no.wav does not exist; check the path"));
    if cfg!(target_os = "linux") {
        assert!(say(Path::new("/dev/zero")).contains("is not a regular file"));
    }
    let mut slow = wav(1, 1, 16, &[0; 100], None);
    slow[24..28].copy_from_slice(&500u32.to_le_bytes());
    assert_eq!(refusal(&slow), "X has a rate of 500 Hz; rates from 1 kHz to 1 MHz can be played");
}

#[test]
fn a_truncated_file_plays_what_is_there_and_says_so() {
    let file = save(&wav(1, 2, 16, &[1; 4003], Some(32_000)));
    let (samples, _, notice) = play(file.path(), None);
    assert_eq!(samples[0].len(), 1000);
    assert!(notice.unwrap().ends_with("is cut off: 0.125 s of 1.000 s are there and are played"));
    // A length of all ones means "until the end".
    let file = save(&wav(1, 2, 16, &[1; 4000], Some(u32::MAX)));
    assert_eq!(play(file.path(), None).2, None);

    let cut = |name: &str, part: f64| {
        let whole = std::fs::read(data(name)).unwrap();
        let mut file = tempfile::Builder::new().suffix(name).tempfile().unwrap();
        file.write_all(&whole[..(whole.len() as f64 * part) as usize]).unwrap();
        file
    };
    for (name, whole_frames) in [("tones.flac", 22_050), ("tones.mp3", 22_050), ("sweep.ogg", 88_200)] {
        let (samples, _, notice) = play(cut(name, 0.7).path(), None);
        let there = samples[0].len() as f64 / f64::from(whole_frames);
        assert!((0.3..0.9).contains(&there), "{name}: {there}");
        assert!(notice.unwrap().contains("is cut off"), "{name}");
    }
    let early = cut("sweep.ogg", 0.1);
    let error = FileSource::open(early.path(), true, None).err().unwrap().to_string();
    assert!(error.ends_with("is cut off so early that nothing of it can be played"), "{error}");
}

#[test]
fn coded_files_play_their_tones_to_the_frame() {
    for (name, tolerance) in [("tones.flac", 2e-5), ("tones.mp3", 0.03), ("tones.ogg", 0.05)] {
        let (samples, format, notice) = play(&data(name), None);
        assert_eq!((format.sample_rate_hz, format.channels, notice), (44_100, 2, None), "{name}");
        assert_eq!(format.channel_names, ["Left", "Right"]);
        assert_eq!(samples[0].len(), 22_050, "{name}");
        for (channel, (amplitude, hz)) in samples.iter().zip([(0.5, 1000.0), (0.25, 3000.0)]) {
            for (i, sample) in channel.iter().enumerate() {
                let expected = amplitude * (TAU * hz * i as f64 / 44_100.0).sin();
                assert!((sample - expected).abs() < tolerance, "{name} frame {i}: {sample} and {expected}");
            }
        }
    }
}

#[test]
fn repeats_have_no_seam() {
    for name in ["tones.flac", "tones.mp3", "tones.ogg"] {
        let (once, _, _) = play(&data(name), None);
        let (mut source, _) = FileSource::open(&data(name), true, None).unwrap();
        let length = once[0].len();
        let mut out = Planar::default();
        assert_eq!(source.read(length * 3, &mut out).unwrap(), length * 3);
        for (channel, once) in out.channels.iter().zip(&once) {
            for pass in channel.chunks(length) {
                assert_eq!(pass, once, "{name}");
            }
        }
    }
}

#[test]
fn damaged_packets_leave_a_gap_of_their_length() {
    let mut bytes = std::fs::read(data("tones.flac")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0x55);
    let mut file = tempfile::Builder::new().suffix(".flac").tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let (samples, _, notice) = play(file.path(), None);
    println!("{} frames, {notice:?}", samples[0].len());
    assert!(notice.is_some());
}
