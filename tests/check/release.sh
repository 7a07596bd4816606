#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The optimised program builds too: optimisers see other warnings than the build of the tests.
# It stays as build/*/tocsin-release, from where it finds the shipped rules, for tests that need it.
set -eu
cd "$TOC_SOURCE_DIR"
cmake --preset release -B "$TOC_BUILD_DIR/release" >/dev/null
cmake --build "$TOC_BUILD_DIR/release" -j 2 | tail -n 40
ln -f "$TOC_BUILD_DIR/release/tocsin" "$TOC_BUILD_DIR/tocsin-release"
