//! A panic is a bug of ours. It must still reach JavaScript as an `Error` with a sentence, not as a bare trap.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let sentence = format!("AudioTab's analysis failed, which is a bug in AudioTab: {panic}");
        web_sys::console::error_1(&sentence.as_str().into());
        // Leaves the module by an exception. The object that panicked stays locked, so it can only be thrown away.
        #[cfg(target_arch = "wasm32")]
        wasm_bindgen::throw_str(&sentence);
    }));
}
