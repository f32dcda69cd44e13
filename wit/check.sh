#!/bin/sh
# Fails when the contract differs from what was released under its version: a shipped interface never changes, its version does.
# Comments may be bettered at any time. A new version is released by copying the file to released/VERSION.wit.
set -eu
cd "$(dirname "$0")"
version=$(sed -n 's/^package weir:ingest@\(.*\);$/\1/p' weir-ingest.wit)
released=released/$version.wit
bare() { sed 's|//.*||' "$1" | tr -s ' \n' '\n\n' | sed '/^$/d'; }

if [ ! -e "$released" ]; then
    echo "contract: version $version is not released: copy weir-ingest.wit to wit/$released once it is final" >&2
    exit 1
fi
new=$(mktemp) && old=$(mktemp)
trap 'rm -f "$new" "$old"' EXIT
bare weir-ingest.wit >"$new"
bare "$released" >"$old"
if ! diff -u --label "released $version" --label weir-ingest.wit "$old" "$new" >&2; then
    echo "contract: weir-ingest.wit changed under the released version $version: give it a new version" >&2
    exit 1
fi
echo "contract: $version is as released"
