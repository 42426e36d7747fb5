//! The one function of the page, and the life of the memory it hands out.
#![allow(unsafe_code, reason = "the C interface of JavaScriptCore")]

use std::ffi::{CString, c_void};
use std::panic::catch_unwind;
use std::path::Path;
use std::ptr;

use audiotab_ring::share::{RingMapping, SOCKET_VARIABLE};
use javascriptcore_rs_sys as jsc;

use crate::{FOREIGN_MEMORY_ALLOWED, FOREIGN_MEMORY_SWITCH, FUNCTION};

/// JavaScriptCore refuses longer buffers by ending the process.
const LONGEST_BUFFER_BYTES: usize = (1 << 32) - 4096;

/// Puts the function onto the global object of a page's `context`.
///
/// # Safety
/// `context` is a live JSCContext, on its own thread.
pub(crate) unsafe fn install(context: *mut jsc::JSCContext) {
    // SAFETY: a callback without parameters that returns a JSCValue, as the two types say.
    let callback = unsafe {
        std::mem::transmute::<unsafe extern "C" fn(*mut c_void) -> *mut jsc::JSCValue, unsafe extern "C" fn()>(
            map_ring,
        )
    };
    // SAFETY: the context is live; the values made here are owned here and given back below.
    unsafe {
        let function = jsc::jsc_value_new_functionv(
            context,
            FUNCTION.as_ptr(),
            Some(callback),
            ptr::null_mut(),
            None,
            jsc::jsc_value_get_type(),
            0,
            ptr::null_mut(),
        );
        let global = jsc::jsc_context_get_global_object(context);
        // No flags: the page can neither list, replace nor delete it.
        jsc::jsc_value_object_define_property_data(global, FUNCTION.as_ptr(), 0, function);
        gobject_sys::g_object_unref(global.cast());
        gobject_sys::g_object_unref(function.cast());
    }
}

/// Called by the page. Returns an owned value, or throws and returns nothing.
unsafe extern "C" fn map_ring(_data: *mut c_void) -> *mut jsc::JSCValue {
    let mapped = catch_unwind(fetch).unwrap_or_else(|_| Err("The ring could not be mapped.".to_owned()));
    // SAFETY: JavaScriptCore calls us from a script, so there is a current context; both calls take it live.
    unsafe {
        let context = jsc::jsc_context_get_current();
        match mapped {
            Ok(mapping) => into_array_buffer(context, mapping),
            Err(sentence) => {
                let sentence = CString::new(sentence).unwrap_or_default();
                jsc::jsc_context_throw(context, sentence.as_ptr());
                jsc::jsc_value_new_undefined(context)
            }
        }
    }
}

fn fetch() -> Result<RingMapping, String> {
    // Asked every time: the answer would otherwise end the process.
    if std::env::var(FOREIGN_MEMORY_SWITCH).as_deref() != Ok(FOREIGN_MEMORY_ALLOWED) {
        return Err(format!("Shared memory needs {FOREIGN_MEMORY_SWITCH}={FOREIGN_MEMORY_ALLOWED}."));
    }
    let socket = std::env::var_os(SOCKET_VARIABLE).ok_or("AudioTab does not offer its ring here.")?;
    let mapping = RingMapping::fetch(Path::new(&socket))
        .map_err(|error| format!("Shared memory cannot be used: {error}."))?;
    if mapping.len_bytes() > LONGEST_BUFFER_BYTES {
        return Err("The ring is longer than the 4 GiB a script can hold.".to_owned());
    }
    Ok(mapping)
}

/// # Safety
/// `context` is the live, current context.
unsafe fn into_array_buffer(context: *mut jsc::JSCContext, mapping: RingMapping) -> *mut jsc::JSCValue {
    let (data, len) = (mapping.as_ptr().cast_mut().cast::<c_void>(), mapping.len_bytes());
    let owner = Box::into_raw(Box::new(mapping)).cast::<c_void>();
    // SAFETY: `data` stays mapped for `len` bytes until `release` gets `owner`, which happens once.
    unsafe { jsc::jsc_value_new_array_buffer(context, data, len, Some(release), owner) }
}

/// Called once, when the script engine has let go of the buffer; on whatever thread that happens.
unsafe extern "C" fn release(owner: *mut c_void) {
    // SAFETY: the pointer of `into_array_buffer`, handed back once. Unmapping cannot panic.
    drop(unsafe { Box::from_raw(owner.cast::<RingMapping>()) });
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_its_app_the_function_says_why_not() {
        let sentence = super::fetch().unwrap_err();
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
    }
}
