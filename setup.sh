#!/bin/sh
# Installs what builds and tests need and this machine lacks: a C and a C++ compiler with the headers of zlib, OpenSSL and Cyrus SASL (for librdkafka), a
# standard library for wasm32-unknown-unknown, and for the tests Java and Maven, which bring a Kafka broker and HDFS. Does nothing where everything is there.
#   WEIR_KERBEROS=1  also the KDC and the client of MIT Kerberos, for the test of GSSAPI, which says that it is skipped where they are not
set -eu

missing=""
command -v cc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v c++ >/dev/null 2>&1 || missing="$missing g++"
for tool in make pkg-config openssl curl; do command -v $tool >/dev/null 2>&1 || missing="$missing $tool"; done
has_header() { echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1; }
if command -v cc >/dev/null 2>&1; then
    has_header zlib.h || missing="$missing zlib1g-dev"
    has_header openssl/ssl.h || missing="$missing libssl-dev"
    has_header sasl/sasl.h || missing="$missing libsasl2-dev"
else
    missing="$missing zlib1g-dev libssl-dev libsasl2-dev"
fi
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"
if [ "${WEIR_KERBEROS:-0}" = 1 ]; then
    [ -x /usr/sbin/krb5kdc ] || missing="$missing krb5-kdc"
    [ -x /usr/sbin/kadmin.local ] || missing="$missing krb5-admin-server"
    command -v kinit >/dev/null 2>&1 || missing="$missing krb5-user"
    ls /usr/lib/*/sasl2/libgssapiv2.so* >/dev/null 2>&1 || missing="$missing libsasl2-modules-gssapi-mit"
fi
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
command -v apt-get >/dev/null 2>&1 || { echo "setup: please install what is missing here, under Debian's names:$missing" >&2; exit 1; }
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
echo "setup: installing$missing"
# shellcheck disable=SC2086
$as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
