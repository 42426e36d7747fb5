//! What WebKit calls when it loads the library, and when a page begins.
#![allow(unsafe_code, reason = "the C interface of WebKitGTK's web-process extensions")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::catch_unwind;
use std::ptr;

use javascriptcore_rs_sys::JSCContext;

use crate::{function, origin};

/// WebKit's own types, which have no published bindings for the 4.1 interface.
type Opaque = *mut c_void;

// The library is found by build.rs.
unsafe extern "C" {
    fn webkit_script_world_get_default() -> Opaque;
    fn webkit_frame_get_js_context_for_script_world(frame: Opaque, world: Opaque) -> *mut JSCContext;
    fn webkit_frame_is_main_frame(frame: Opaque) -> c_int;
    fn webkit_frame_get_uri(frame: Opaque) -> *const c_char;
}

/// WebKit's entry into the library.
///
/// # Safety
/// For WebKit alone, once, on the main thread of a web process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn webkit_web_extension_initialize_with_user_data(_extension: Opaque, _data: Opaque) {
    // SAFETY: a handler of `window-object-cleared` takes these four pointers and returns nothing.
    let handler = unsafe {
        std::mem::transmute::<unsafe extern "C" fn(Opaque, Opaque, Opaque, Opaque), unsafe extern "C" fn()>(
            window_object_cleared,
        )
    };
    // SAFETY: the default world lives as long as the process; the signal exists in every 4.1 library.
    unsafe {
        gobject_sys::g_signal_connect_data(
            webkit_script_world_get_default().cast(),
            c"window-object-cleared".as_ptr(),
            Some(handler),
            ptr::null_mut(),
            None,
            0,
        );
    }
}

/// A page begins: its global object is new, and none of its scripts has run.
unsafe extern "C" fn window_object_cleared(world: Opaque, _page: Opaque, frame: Opaque, _data: Opaque) {
    // SAFETY: WebKit passes live objects.
    let offer = move || unsafe {
        if webkit_frame_is_main_frame(frame) == 0 || !is_own(frame) {
            return;
        }
        let context = webkit_frame_get_js_context_for_script_world(frame, world);
        function::install(context);
        gobject_sys::g_object_unref(context.cast());
    };
    // A page without the function takes its samples by the other way.
    drop(catch_unwind(offer));
}

/// # Safety
/// `frame` is a live WebKitFrame.
unsafe fn is_own(frame: Opaque) -> bool {
    // SAFETY: the caller's promise; the string lives until the frame's address changes.
    let uri = unsafe { webkit_frame_get_uri(frame) };
    // SAFETY: WebKit's strings end with a zero byte.
    !uri.is_null() && unsafe { CStr::from_ptr(uri) }.to_str().is_ok_and(origin::is_own)
}
