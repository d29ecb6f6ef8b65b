mod cases;
mod lassos;
pub(crate) mod machine;
mod names;
mod rules;
mod stutters;
mod traces;
mod trials;
mod values;
