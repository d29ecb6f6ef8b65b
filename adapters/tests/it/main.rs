//! Tests of the adapters through their public interface.

mod command;
mod features;
mod http;
mod journal;
mod jsonl;
mod producer;
mod toy;
mod typed;

/// The core traits stay object safe: a plug is chosen at run time.
const _: () = {
    const fn object_safe<T: ?Sized>() {}
    object_safe::<dyn itf_adapters::Producer>();
    object_safe::<dyn itf_adapters::Consumer>();
    object_safe::<dyn itf_adapters::Oracle>();
    object_safe::<dyn itf_adapters::View>();
};
