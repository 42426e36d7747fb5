//! Runs plain loops with the widest vector instructions of the machine.
//!
//! A program is compiled for the oldest CPU it shall start on; the loops inside [`Lanes::run`] are compiled once more
//! for AVX2 and chosen when the program runs. Nothing but speed depends on it: the operations and their order are
//! the same, so are the results, bit by bit. On wasm the choice is made by the compiler flags alone.

/// The vector instructions found at construction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lanes {
    #[cfg(not(target_arch = "wasm32"))]
    arch: pulp::Arch,
}

impl Lanes {
    pub(crate) fn detect() -> Self {
        Self {
            #[cfg(not(target_arch = "wasm32"))]
            arch: pulp::Arch::new(),
        }
    }

    /// Runs `loops`; what it calls must be `#[inline(always)]` to take part.
    #[cfg(not(target_arch = "wasm32"))]
    #[inline(always)]
    pub(crate) fn run<R>(self, loops: impl FnOnce() -> R) -> R {
        self.arch.dispatch(loops)
    }

    /// Runs `loops`.
    #[cfg(target_arch = "wasm32")]
    #[inline(always)]
    pub(crate) fn run<R>(self, loops: impl FnOnce() -> R) -> R {
        loops()
    }
}
