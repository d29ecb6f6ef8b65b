//! Laws and examples of the library, one module an area.

mod canonical;
mod check;
mod compat04;
mod corpus;
mod diff;
mod expr;
mod reading;
mod render;
mod schema;
mod types;
