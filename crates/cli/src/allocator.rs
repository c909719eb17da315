//! Which allocator gives memory: many small pieces come quickest from one, and few large ones
//! cheapest from the other.
#![expect(
    unsafe_code,
    reason = "an allocator is an unsafe interface; every call goes on, unchanged, to one of two"
)]

use std::alloc::{GlobalAlloc, Layout, System};

use mimalloc::MiMalloc;

/// Pieces from this size on, in bytes, come from the system: it gives them back at once, and lets
/// them grow where they are instead of holding the old and the new side by side.
const LARGE: usize = 128 << 10;

/// The allocator of this program. Where a piece came from follows from its size alone.
pub(crate) struct Allocator;

const fn is_large(size: usize) -> bool {
    size >= LARGE
}

// SAFETY: each piece is given, resized and taken back by the one of two sound allocators that its
// size stands for; `realloc` to a size that stands for the other one allocates, copies and frees.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        unsafe {
            if is_large(layout.size()) {
                System.alloc(layout)
            } else {
                MiMalloc.alloc(layout)
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        unsafe {
            if is_large(layout.size()) {
                System.alloc_zeroed(layout)
            } else {
                MiMalloc.alloc_zeroed(layout)
            }
        }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the layout is the one of the allocation, so that its size leads to its allocator.
        unsafe {
            if is_large(layout.size()) {
                System.dealloc(pointer, layout);
            } else {
                MiMalloc.dealloc(pointer, layout);
            }
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are passed on; where the allocator changes, both pieces are
        // at least as long as what is copied, and do not overlap.
        unsafe {
            match (is_large(layout.size()), is_large(size)) {
                (true, true) => System.realloc(pointer, layout, size),
                (false, false) => MiMalloc.realloc(pointer, layout, size),
                _ => {
                    let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                    if !new.is_null() {
                        std::ptr::copy_nonoverlapping(pointer, new, layout.size().min(size));
                        self.dealloc(pointer, layout);
                    }
                    new
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    /// The program's own allocator is in force in its tests.
    #[test]
    fn what_grows_and_shrinks_across_the_bound_keeps_its_bytes() {
        let mut bytes: Vec<u8> = Vec::new();
        for step in 0..700_000_u32 {
            bytes.push((step % 251) as u8);
        }
        for length in [500_000, super::LARGE + 1, super::LARGE, super::LARGE - 1, 7] {
            bytes.truncate(length);
            bytes.shrink_to_fit();
            let kept = bytes.iter().enumerate();
            assert!(
                kept.clone().count() == length
                    && kept
                        .into_iter()
                        .all(|(index, byte)| *byte == (index % 251) as u8)
            );
        }
        assert!(vec![0_u8; super::LARGE * 2].iter().all(|byte| *byte == 0));
    }
}
