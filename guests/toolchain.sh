#!/bin/sh
# Runs cargo for wasm32-unknown-unknown with whatever this machine has: `guests/toolchain.sh build --release -p flow`, from the guests folder.
#   1. the target's standard library is installed (rustup target add wasm32-unknown-unknown): plain cargo;
#   2. Debian's rustc-web with the library's sources (`make setup`): the library is built once, into the target folder.
# It installs nothing and never changes a toolchain.
set -eu
target=wasm32-unknown-unknown
export RUSTUP_AUTO_INSTALL=0

if ls "$(rustc --print target-libdir --target "$target")"/libstd-*.rlib >/dev/null 2>&1; then
    exec cargo "$@" --target "$target"
fi

debian=/usr/bin/rustc
sources=/usr/lib/rustlib/src/rust/library/std/Cargo.toml
lld=$(ls "$(rustc --print sysroot)"/lib/rustlib/*/bin/rust-lld /usr/bin/wasm-ld-[0-9]* 2>/dev/null | head -n 1)
if [ -x "$debian" ] && [ -e "$sources" ] && [ -n "$lld" ]; then
    export RUSTC="$debian" RUSTC_BOOTSTRAP=1
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$lld"
    exec cargo "$@" --target "$target" -Z build-std=std,panic_abort
fi

echo "no standard library for $target: run 'rustup target add $target', or on Debian 'make setup'" >&2
exit 1
