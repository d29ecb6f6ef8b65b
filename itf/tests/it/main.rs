//! Laws and examples of the library, one module an area.

mod canonical;
mod check;
mod compat04;
mod corpus;
mod diff;
mod export;
mod expr;
mod labels;
mod lasso;
mod paths;
mod reading;
mod reading_bounds;
mod render;
mod schema;
mod tla;
mod tla_fixtures;
mod tlc_samples;
mod typed;
mod types;
