// SPDX-License-Identifier: Apache-2.0
// Every limit that holds across layers, each with its reason.
#pragma once

/* Messages of one call kept in an event: the kernel's own clamp for sendmmsg (UIO_MAXIOV). */
#define TOC_MAX_MSGS 1024

/* One event in memory: 1024 messages with three views, eight segments and four control items each
 * come to about 1.5 MiB; a reader refuses a record above this. */
#define TOC_MAX_RECORD (8u << 20)

/* A string field: a path (PATH_MAX) is the longest thing the kernel gives; escaping can make four
 * bytes of one. */
#define TOC_MAX_STRING (16u << 10)

/* Payload bytes kept a message. */
#define TOC_MAX_PAYLOAD (64u << 10)

/* Segments of one iovec array, and control items of one message, kept in an event. */
#define TOC_MAX_SEGS 1024
#define TOC_MAX_CONTROL_ITEMS 64

/* Elements of poll's array and events of epoll kept in an event: event loops of more descriptors
 * don't use poll, and take their events in such portions from epoll. */
#define TOC_MAX_POLLFDS 64

/* Members of one set of select: FD_SETSIZE of the C library. */
#define TOC_MAX_SETFDS 1024

/* A signature or pack file; the largest public rule files are below 200 KiB. */
#define TOC_MAX_YAML_BYTES (1u << 20)
#define TOC_MAX_YAML_DEPTH 32
#define TOC_MAX_YAML_NODES 100000

/* One line of JSON Lines: a full record in text. */
#define TOC_MAX_JSON_LINE (32u << 20)
#define TOC_MAX_JSON_DEPTH 16

/* Signatures in one ruleset, and files read from one directory. */
#define TOC_MAX_SIGNATURES 20000
