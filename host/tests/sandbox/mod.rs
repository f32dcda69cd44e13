//! The sandbox, by its public interface, with modules as they are shipped and with hostile ones.

mod answers;
mod cache;
mod entries;
mod filter;
mod guest;
mod limits;
mod lines;
mod loading;
mod log;
mod renewal;
