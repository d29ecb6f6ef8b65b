//! Laws and examples of the library, one module an area.

mod check;
mod diff;
mod render;
