// SPDX-License-Identifier: Apache-2.0
// The live source, the program to watch and the file to record to.
#include "cli/live.h"

#include <errno.h>
#include <linux/magic.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "source/ptrace_call.h"
#include "source/watch.h"

/* MiB; more is a mistake rather than a wish. */
#define MAX_RING (4u << 10)
#define MAX_MESSAGES 1024
#define MAX_PAYLOAD 1024
#define MAX_CALLS 65536 /* as many as user space follows */

static int wrong(const char *text) {
    toc_say("%s", text);
    return TOC_EXIT_WRONG;
}

int toc_live_check(const struct toc_cli *cli) {
    struct statfs fs;

    if (cli->pid && cli->command)
        return wrong("--pid and a program after -- exclude each other");
    if (cli->pid && (cli->pid > INT32_MAX || (kill((pid_t)cli->pid, 0) && errno == ESRCH))) {
        toc_say("--pid %llu: there is no such process", (unsigned long long)cli->pid);
        return TOC_EXIT_WRONG;
    }
    if (cli->cgroup && (statfs(cli->cgroup, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)) {
        toc_say("--cgroup %s: no directory of cgroup2; 'tocsin doctor' says where it is mounted",
                cli->cgroup);
        return TOC_EXIT_WRONG;
    }
    if (cli->max_messages > MAX_MESSAGES)
        return wrong("--max-messages is at most 1024: the kernel itself takes no more");
    if (cli->payload > MAX_PAYLOAD)
        return wrong("--payload is at most 1024");
    if (cli->max_calls > MAX_CALLS)
        return wrong("--max-calls is at most 65536");
    if (cli->ring_size > MAX_RING)
        return wrong("--ring-size is at most 4096 MiB");
    if (toc_outputs_same(cli))
        return TOC_EXIT_WRONG;
    return toc_producer_check(cli);
}

int toc_live_open(const struct toc_cli *cli, const char *record_path,
                  const struct toc_demand *demand, const struct toc_gate *gate,
                  struct toc_live *ret) {
    struct toc_demand lacks;
    int status, error;

    ret->command = (struct toc_command){.gate = -1, .failure = -1};
    status = toc_record_file_open(record_path, &ret->file);
    if (status)
        return status;
    if (cli->command) {
        const struct toc_ptrace_filter filter = toc_ptrace_filter_for(demand->events, gate);

        ret->command_name = cli->command[0];
        error = toc_command_start(cli->command, toc_ptrace_filter_install, &filter, &ret->command);
        if (error) {
            toc_say("cannot start %s: %s", cli->command[0], toc_error_text(error));
            return TOC_EXIT_FAULT;
        }
    }
    status = toc_producer_open(cli, demand, gate, &ret->command, &ret->ahead, &ret->source);
    if (!status)
        toc_source_want(ret->source, demand, &lacks);
    return status;
}

/* A signal that was sent to us alone is meant for the program too. */
static void interrupted(void *ctx, int signal) {
    struct toc_live *live = ctx;

    if (live->command.pid && !toc_signals_typed() && !toc_command_ended(&live->command, false))
        kill(live->command.pid, signal);
}

int toc_live_begin(struct toc_live *live, const struct toc_cli *cli, struct toc_pump *pump) {
    int status = toc_record_file_begin(&live->file);

    if (status)
        return status;
    // What reading rules and kernel types took is not taken again.
    malloc_trim(0);
    *pump = (struct toc_pump){
        .source = live->source,
        .recorder = live->file.recorder,
        .stop = toc_watch_stop,
        .interrupted = interrupted,
        .ctx = live,
        .duration_ns = cli->duration,
    };
    live->tell = cli->duration && !cli->quiet;
    if (!cli->quiet && !live->command.pid && isatty(STDERR_FILENO))
        toc_say("watching; Ctrl-C ends it");
    if (live->command.pid)
        toc_command_release(&live->command);
    return 0;
}

int toc_live_end(struct toc_live *live, const struct toc_pump *pump, int *ret_command) {
    int status = toc_record_file_finish(&live->file, pump->recorder_error);

    *ret_command = 0;
    // A run that was ended early does not wait for the program.
    if (!live->command.pid || toc_signals_stop())
        return status;
    if (!toc_command_ended(&live->command, !pump->stopped)) {
        if (live->tell)
            toc_say("%s goes on, no longer watched", live->command_name);
        return status;
    }
    *ret_command = live->command.status;
    if (live->command.exec_errno)
        toc_say("cannot run %s: %s", live->command_name, toc_error_text(live->command.exec_errno));
    return status;
}

void toc_live_clear(struct toc_live *live) {
    toc_source_free(&live->source);
    toc_ahead_clear(&live->ahead);
    toc_command_clear(&live->command);
    toc_record_file_close(&live->file);
}
