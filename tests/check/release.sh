#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The optimised program builds too: optimisers see other warnings than the build of the tests.
set -eu
cd "$TOC_SOURCE_DIR"
cmake --preset release -B "$TOC_BUILD_DIR/release" >/dev/null
cmake --build "$TOC_BUILD_DIR/release" -j 2 | tail -n 40
test -x "$TOC_BUILD_DIR/release/tocsin"
