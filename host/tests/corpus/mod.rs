//! Every file of the corpus through the real program: the modules as WebAssembly, the table read back, held against what tshark, tcpdump, nfdump and
//! Spot's own parser made of the same files. The corpus is looked for beside the repository, or in `WEIR_CORPUS`.

mod captures;
mod dns;
mod flow;
mod folder;
mod netflow;
mod proxy;
