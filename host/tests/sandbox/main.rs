//! The sandbox, by its public interface, with modules as they are shipped and with hostile ones.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod cache;
#[cfg(test)]
mod entries;
#[cfg(test)]
mod guest;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod loading;
#[cfg(test)]
mod log;
#[cfg(test)]
mod renewal;
