//! Who is asked to end finishes what is under way, but does not wait for a reader that takes nothing.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a reader that is there may take for what one write gives it.
const PATIENCE: Duration = Duration::from_secs(1);

/// No more is written at once: a reader that is slow but reads is seen to do so.
pub(crate) const AT_ONCE: usize = 64 << 10;

/// How many threads are writing.
static WRITING: AtomicUsize = AtomicUsize::new(0);
/// How many writes have ended.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Writes, where somebody else has to read, no more than [`AT_ONCE`].
pub(crate) fn writing<T>(write: impl FnOnce() -> T) -> T {
    WRITING.fetch_add(1, Ordering::Relaxed);
    let done = write();
    WRITTEN.fetch_add(1, Ordering::Relaxed);
    WRITING.fetch_sub(1, Ordering::Relaxed);
    done
}

/// From here on, the process ends when a write does not: it was asked to.
#[expect(clippy::exit, reason = "a write that nobody reads returns to nobody")]
pub(crate) fn lose() {
    std::thread::spawn(|| {
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            let written = WRITTEN.load(Ordering::Relaxed);
            if WRITING.load(Ordering::Relaxed) == 0 || written != seen {
                (seen, since) = (written, Instant::now());
            } else if since.elapsed() >= PATIENCE {
                std::process::exit(i32::from(crate::exit::TROUBLE));
            }
            std::thread::sleep(PATIENCE / 20);
        }
    });
}
