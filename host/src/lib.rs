//! The program `weir` as a library: one native process that owns every path telemetry takes, with the meaning of formats in sandboxed modules.
//!
//! Dependencies point inwards. [`model`], [`capture`], [`store`] and the types of [`config`] are pure; [`storage`], [`sandbox`], [`source`], [`content`] and [`sink`]
//! are edges that know the model and never each other; [`pipeline`], [`selection`] and [`sensor`] wire them; [`control`] lets others speak to pipelines that run; [`metron`] knows the packet record and the configuration of Apache Metron; [`spot`] makes configurations of Apache Spot's files; [`cli`] is the only place that knows a terminal.

pub mod capture;
pub mod check;
pub mod cli;
pub mod config;
pub mod content;
pub mod control;
pub mod fault;
pub mod metron;
pub mod model;
pub mod pipeline;
pub mod sandbox;
pub mod selection;
pub mod sensor;
pub mod signature;
pub mod sink;
pub mod source;
pub mod spot;
pub mod stop;
pub mod storage;
pub mod store;
