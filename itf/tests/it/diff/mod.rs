pub(crate) mod machine;
mod traces;
mod trials;
mod values;
