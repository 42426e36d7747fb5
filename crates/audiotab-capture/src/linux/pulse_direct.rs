//! PulseAudio: which speaker each channel of a source belongs to.

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use futures_executor::block_on;
use pulseaudio::Client;
use pulseaudio::protocol::{ChannelPosition, SourceInfo};

use crate::speakers::Speaker;

/// One connection for the life of the program: the client library leaves a thread behind for each.
static CLIENT: Mutex<Option<Client>> = Mutex::new(None);

/// The speakers of a source, in the order of its channels. `None` if the server or the source cannot be asked.
pub(crate) fn source_speakers(source: &str) -> Option<Vec<Speaker>> {
    let source = CString::new(source).ok()?;
    let kept = CLIENT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(info) = kept.and_then(|client| ask(&client, &source)) {
        return Some(speakers(&info));
    }
    let fresh = Client::from_env(c"audiotab").ok()?;
    *CLIENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
    ask(&fresh, &source).map(|info| speakers(&info))
}

fn ask(client: &Client, source: &CString) -> Option<SourceInfo> {
    block_on(client.source_info_by_name(source.clone())).ok()
}

fn speakers(info: &SourceInfo) -> Vec<Speaker> {
    info.channel_map.into_iter().map(speaker).collect()
}

fn speaker(position: ChannelPosition) -> Speaker {
    use ChannelPosition as P;
    // Positions of the WAVE channel mask in the order of its bits.
    const WAVE: [ChannelPosition; 18] = [
        P::FrontLeft,
        P::FrontRight,
        P::FrontCenter,
        P::Lfe,
        P::RearLeft,
        P::RearRight,
        P::FrontLeftOfCenter,
        P::FrontRightOfCenter,
        P::RearCenter,
        P::SideLeft,
        P::SideRight,
        P::TopCenter,
        P::TopFrontLeft,
        P::TopFrontCenter,
        P::TopFrontRight,
        P::TopRearLeft,
        P::TopRearCenter,
        P::TopRearRight,
    ];
    match WAVE.iter().position(|wave| *wave == position) {
        Some(bit) => Speaker::Wave(bit as u8),
        None if position == P::Mono => Speaker::Mono,
        None => Speaker::Aux((position as u8).saturating_sub(P::Aux0 as u8)),
    }
}
