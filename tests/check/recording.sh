#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shipped recording, which ./dev run replays where nothing can be watched live, still alerts.
set -eu
"$TOCSIN" replay --rules default "$TOC_SOURCE_DIR/demo/demo.tocsin" |
    grep "enter 127.0.0.1.*kernel 127.0.0.2"
