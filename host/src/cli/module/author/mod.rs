//! What the author of a module does with it: begin, build, look, prove, measure.

pub(super) mod bench;
pub(super) mod build;
mod case;
pub(super) mod check;
mod junit;
mod manifest;
pub(super) mod new;
pub(super) mod run;
mod subject;
mod template;
pub(super) mod test;
mod text;
