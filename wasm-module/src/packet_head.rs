//! The head of a stream packet as a JavaScript object.

use audiotab_ring::{LONGEST_HEAD_BYTES, PacketHead, StreamState};
use js_sys::{BigInt, Object, Reflect, Uint32Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::js_error;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = r#"
/** Frame numbers are BigInt: they are u64 in the ring. Frames [firstFrame, endFrame) can be asked for. */
export interface ParsedPacketHead {
  streamId: string;
  sampleRateHz: number;
  ringChannels: number;
  capacityFrames: number;
  blockFrames: number;
  startTimeUnixNs: bigint;
  writeSequence: bigint;
  firstFrame: bigint;
  endFrame: bigint;
  lostFrames: bigint;
  running: boolean;
  /** The samples: `frames` of each channel from `startFrame` on, f64, from byte `dataOffsetBytes` of the packet. */
  startFrame: bigint;
  frames: number;
  channels: Uint32Array;
  dataOffsetBytes: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A plain object of the TypeScript type above.
    #[wasm_bindgen(typescript_type = "ParsedPacketHead")]
    #[derive(Debug)]
    pub type ParsedPacketHead;
}

/// So many of a packet's first bytes are always enough for [`parse_packet_head`].
#[wasm_bindgen]
#[must_use]
pub fn longest_packet_head_bytes() -> usize {
    LONGEST_HEAD_BYTES
}

/// Reads and checks the head of a packet of `packet_bytes` bytes from the first of them: what is passed is copied, so
/// pass no samples.
///
/// # Errors
/// A sentence when the bytes are no packet, are cut off, or contradict themselves.
#[wasm_bindgen]
pub fn parse_packet_head(first_bytes: &[u8], packet_bytes: usize) -> Result<ParsedPacketHead, JsError> {
    let head = PacketHead::parse_beginning(first_bytes, packet_bytes as u64).map_err(js_error)?;
    let (header, spec) = (&head.header, &head.header.spec);
    let readable = header.readable();
    let object = Object::new();
    for (key, value) in [
        ("streamId", JsValue::from(format!("{:016x}", header.stream_id))),
        ("sampleRateHz", JsValue::from(spec.sample_rate_hz as f64)),
        ("ringChannels", JsValue::from(spec.channels)),
        ("capacityFrames", JsValue::from(spec.capacity_frames as f64)),
        ("blockFrames", JsValue::from(spec.samples_per_write)),
        ("startTimeUnixNs", BigInt::from(header.start_time_unix_ns).into()),
        ("writeSequence", BigInt::from(header.write_sequence).into()),
        ("firstFrame", BigInt::from(readable.start).into()),
        ("endFrame", BigInt::from(readable.end).into()),
        ("lostFrames", BigInt::from(header.lost_frames).into()),
        ("running", JsValue::from(header.state != StreamState::Ended)),
        ("startFrame", BigInt::from(head.start_frame).into()),
        ("frames", JsValue::from(head.frames as f64)),
        ("channels", Uint32Array::from(head.channels.as_slice()).into()),
        ("dataOffsetBytes", JsValue::from(head.data_offset_bytes as f64)),
    ] {
        Reflect::set(&object, &JsValue::from(key), &value)
            .map_err(|_| JsError::new("The packet's head could not be handed to JavaScript."))?;
    }
    Ok(JsValue::from(object).into())
}
