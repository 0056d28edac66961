//! How the allocator keeps memory: large pieces go back to the system at once. Not here: bounds on what is taken in (`api/room.rs`).

/// From this size on a piece of memory is the system's own and goes back when it is freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: i32 = 1024 * 1024;

/// Keeps glibc from raising that size by itself: after the first large file it would keep up to 32 MB pieces for ever, in each of its
/// arenas, and the server would rest at three times its memory (mallopt(3), M_MMAP_THRESHOLD).
pub fn give_back_large_pieces() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets numbers of the allocator, and no other thread runs yet.
    #[allow(unsafe_code)]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}
