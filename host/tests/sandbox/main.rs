//! The sandbox, by its public interface, with modules as they are shipped and with hostile ones.

mod guest;
mod loading;
