//! Tests of the real `weir` against a real broker.

mod broker;
mod collector;
mod listener;
mod topic;
