#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds what runs in the virtual machines: build/static.
set -eu
cd "$TOC_SOURCE_DIR"
cmake --preset static >/dev/null
cmake --build --preset static -j 2 | tail -n 40
for program in tocsin attack attack32; do
    test -x build/static/$program
done
