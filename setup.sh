#!/bin/sh
# Installs what a build needs and this machine lacks: a C compiler (for zstd) and a standard library for wasm32-unknown-unknown.
# Does nothing where everything is there.
set -eu

missing=""
command -v cc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v cargo >/dev/null 2>&1 || { echo "setup: no cargo: install Rust 1.95 or later from https://rustup.rs" >&2; exit 1; }

target=wasm32-unknown-unknown
has_target() { ls "$(rustc --print target-libdir --target $target)"/libstd-*.rlib >/dev/null 2>&1; }
has_debian() { [ -x /usr/bin/rustc ] && [ -e /usr/lib/rustlib/src/rust/library/std/Cargo.toml ]; }

# rustup is asked first, unless the machine's owner keeps it from installing anything.
rustup_may_install() { command -v rustup >/dev/null 2>&1 && [ "${RUSTUP_AUTO_INSTALL:-1}" != 0 ]; }

if ! has_target && ! has_debian; then
    if rustup_may_install && rustup target add $target; then
        :
    elif command -v apt-get >/dev/null 2>&1; then
        missing="$missing rustc-web rust-web-src"
    else
        echo "setup: no standard library for $target: run 'rustup target add $target'" >&2
        exit 1
    fi
fi

[ -z "$missing" ] && exit 0
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
echo "setup: installing$missing"
# shellcheck disable=SC2086
$as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
