#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds what runs in the virtual machines: build/static.
set -eu
cd "$TOC_SOURCE_DIR"
cmake --preset static >/dev/null
cmake --build --preset static -j 2 | tail -n 40
test -x build/static/tocsin
