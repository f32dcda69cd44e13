#!/bin/sh
# Installs what the SDKs of other languages build with, below target/sdk: componentize-py from PyPI, componentize-qjs from npm.
# What cannot be installed is said, and its templates are skipped.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p target/sdk

if [ ! -x target/sdk/python/bin/componentize-py ]; then
    python3 -m venv target/sdk/python && target/sdk/python/bin/pip install --quiet componentize-py==0.25.1 ||
        echo "sdk: no componentize-py: the templates in Python are skipped" >&2
fi
if [ ! -x target/sdk/node_modules/.bin/componentize-qjs ]; then
    npm install --silent --prefix target/sdk componentize-qjs@0.4.5 ||
        echo "sdk: no componentize-qjs: the templates in JavaScript are skipped" >&2
fi
exit 0
