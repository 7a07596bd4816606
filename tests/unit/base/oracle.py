#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes rows for oracle.c: random inputs, and what Python's library makes of them."""
import base64
import functools
import ipaddress
import json
import random
from datetime import datetime, timedelta, timezone

rng = random.Random(20261120)
TELLING = [0x00, 0x41, 0x5C, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xC3, 0xDF, 0xE0, 0xED, 0xEF,
           0xF0, 0xF4, 0xF5, 0xFF]


def literal(data):
    """Bytes as a C string; octal, since a hex escape would swallow digits that follow."""
    return '"' + "".join(f"\\{b:03o}" for b in data) + '"'


def some_bytes(n):
    return bytes(rng.choice(TELLING) if rng.random() < 0.8 else rng.randrange(256)
                 for _ in range(n))


def table(name, fields, rows):
    print(f"static const struct {{ {fields} }} {name}[] = {{")
    for row in rows:
        print("    {" + ", ".join(row) + "},")
    print("};")


def time_row():
    ns = rng.randrange(-2**63, 2**63)
    micros, rest = divmod(ns, 1000)
    when = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)
    offset = rng.randrange(-1439, 1440)
    there = when.astimezone(timezone(timedelta(minutes=offset)))
    nines = f".{when.microsecond:06d}{rest:03d}"
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    shape = "%Y-%m-%dT%H:%M:%S"
    return (f"INT64_C({ns + 1}) - 1", f'"{when.strftime(shape)}{nines}Z"',
            f'"{there.strftime(shape)}{nines}{zone}"')


def ip_row():
    groups = [rng.choice([0, 0, 0, 1, 0xFFFF, rng.randrange(65536)]) for _ in range(8)]
    if rng.random() < 0.1:
        groups[:6] = [0, 0, 0, 0, 0, 0xFFFF]
    data = b"".join(g.to_bytes(2, "big") for g in groups)
    address = ipaddress.IPv6Address(data)
    # Newer and older versions of Python differ on these.
    text = f"::ffff:{address.ipv4_mapped}" if address.ipv4_mapped else address.compressed
    return literal(data), f'"{text}"', f'"{address.exploded}"' if not address.ipv4_mapped else "NULL"


def utf8_row():
    data = some_bytes(rng.randrange(1, 5))
    for n in range(1, len(data) + 1):
        try:
            if len(data[:n].decode("utf-8")) == 1:
                return literal(data), str(len(data)), str(n)
        except UnicodeDecodeError:
            pass
    return literal(data), str(len(data)), "0"


def base64_row():
    data = some_bytes(rng.randrange(40))
    return literal(data), str(len(data)), f'"{base64.b64encode(data).decode()}"'


def json_row():
    text = some_bytes(rng.randrange(30)).decode("utf-8", "ignore")
    ours = json.dumps(text, ensure_ascii=False)
    return literal(text.encode()), str(len(text.encode())), literal(ours.encode())


def distance(a, b):
    @functools.cache
    def at(i, j):
        if not i or not j:
            return i + j
        ways = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] != b[j - 1])]
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            ways.append(at(i - 2, j - 2) + 1)
        return min(ways)
    return at(len(a), len(b))


def nearest_row():
    a, b = ("".join(rng.choice("abc") for _ in range(rng.randrange(4, 12))) for _ in range(2))
    return f'"{a}"', f'"{b}"', str(int(distance(a, b) <= len(a) // 3))


print("// Written by oracle.py.")
table("times", "int64_t ns; const char *utc, *there;", [time_row() for _ in range(1000)])
table("addresses", "const char *bytes, *text, *exploded;", [ip_row() for _ in range(2000)])
table("sequences", "const char *bytes; size_t n, len;", [utf8_row() for _ in range(5000)])
table("base64s", "const char *bytes; size_t n; const char *text;",
      [base64_row() for _ in range(500)])
table("jsons", "const char *text; size_t n; const char *json;", [json_row() for _ in range(500)])
table("words", "const char *word, *candidate; int is_near;", [nearest_row() for _ in range(3000)])
