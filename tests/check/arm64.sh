#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# arm64.sh CLANG: the programs of the kernel side compile for arm64, too. There is no such machine to load them on.
set -eu
into=$(mktemp -d)
trap 'rm -rf "$into"' EXIT
for file in "$TOC_SOURCE_DIR"/bpf/*.bpf.c; do
    "$1" -target bpf -mcpu=v3 -std=gnu11 -g -O2 -Wall -Wextra -Werror -D__TARGET_ARCH_arm64 \
        -I "$TOC_BUILD_DIR/roots/wire" -I "$TOC_SOURCE_DIR/bpf" -idirafter "/usr/include/$(uname -m)-linux-gnu" \
        -c "$file" -o "$into/object"
    llvm-objdump -h "$into/object" 2>/dev/null | grep -q '\.BTF' || { echo "$file: no types"; exit 1; }
done
