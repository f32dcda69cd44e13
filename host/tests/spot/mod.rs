//! Tests of Apache Spot's command lines and configuration.

mod command_line;
mod conversion;
mod modes;
mod site;
