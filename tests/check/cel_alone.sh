#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cel_alone.sh CC [FLAG…]: the expression language as installed builds and runs the example, alone.
set -eu
into=$(mktemp -d)
trap 'rm -rf "$into"' EXIT
cmake --install "$TOC_BUILD_DIR" --component cel --prefix "$into" >/dev/null
libraries=$(dirname "$(find "$into" -name libtoc_cel.a)")
"$@" -std=gnu11 -I "$into/include/tocsin" "$TOC_SOURCE_DIR/examples/cel/requests.c" -o "$into/requests" \
    -L "$libraries" -ltoc_cel -ltoc_base -lpcre2-8 -lm
"$into/requests" 'path.matches("^/log") && status in [401, 403]' | grep -q '^/login *true$'
