//! Tests of the spec through its public interface.

mod actions;
mod breadth;
mod common;
mod fixtures;
mod instances;
mod model;
mod properties;
mod shrinking;
mod walks;

/// Searches keep millions of states and move them between threads.
const _: () = {
    const fn shared<T: Send + Sync + Unpin + 'static>() {}
    shared::<itf_dns_spec::State>();
    shared::<itf_dns_spec::Instance>();
    shared::<itf_dns_spec::DnsSpace>();
    assert!(size_of::<itf_dns_spec::State>() <= 256);
    assert!(size_of::<itf_dns_spec::Call>() <= 16);
};
