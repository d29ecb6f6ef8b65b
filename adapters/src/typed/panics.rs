//! Panics of a driver: answers, not ends.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// A panic that was caught.
pub(super) struct Panic {
    /// What it said.
    pub(super) message: String,
    /// Where: `file:line`.
    pub(super) place: String,
}

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Runs `work`. A panic in it is told to the caller, and to nobody else.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    // Only a hook is told where a panic was. Threads that do not watch have the hook that was there before.
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if WATCHED.get() {
                let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
                PLACE.set(place);
            } else {
                before(info);
            }
        }));
    });
    let outer = WATCHED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    WATCHED.set(outer);
    done.map_err(|payload| Panic {
        message: text(payload.as_ref()),
        place: PLACE.take().unwrap_or_else(|| "unknown".to_owned()),
    })
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked").to_owned()
}
