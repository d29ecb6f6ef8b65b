//! Tests of the adapters through their public interface.

mod command;
mod jsonl;
mod producer;
mod toy;

/// The core traits stay object safe: a plug is chosen at run time.
const _: () = {
    const fn object_safe(_: Option<&dyn itf_adapters::Producer>, _: Option<&dyn itf_adapters::Consumer>) {}
    object_safe(None, None);
    const fn also(_: Option<&dyn itf_adapters::Oracle>, _: Option<&dyn itf_adapters::View>) {}
    also(None, None);
};
