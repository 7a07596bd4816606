// SPDX-License-Identifier: Apache-2.0
// The speed of compiled expressions, beside the same question in plain C in the same run.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"
#include "detect/detect.h"
#include "event/json.h"
#include "event/record.h"
#include "figure.h"

#define ROUNDS 21
#define MESSAGES 1024

/* ---- The event: a batch of sends, none of them to port 53 ---- */

static const struct toc_event *build(struct toc_builder *builder) {
    static const char msg[] =
        "%s{\"index\":%d,\"enter\":{\"status\":\"ok\",\"flags\":0},\"kernel\":{\"status\":\"ok\","
        "\"name\":{\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"198.51.100.9\",\"port\":54}}}";
    _cleanup_toc_buf_ struct toc_buf text = {0};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_json_counts counts = {0};
    const struct toc_event *event = NULL;

    toc_buf_adds(&text, "{\"v\":1,\"event\":{\"name\":\"sendmmsg\",\"stage\":\"call\"},"
                        "\"proc\":{\"uid\":1000,\"comm\":\"dig\"},"
                        "\"args\":{\"vlen\":1024},\"msgs\":[");
    for (int i = 0; i < MESSAGES; i++)
        toc_buf_addf(&text, msg, i ? "," : "", i);
    toc_buf_adds(&text, "]}");
    if (toc_json_read(builder, text.p, text.n, (struct toc_place){.file = "event", .line = 1},
                      TOC_EVENT_NONE, &diags, &counts, &event)) {
        fprintf(stderr, "bench_cel: %s\n", diags.n ? diags.items[0].message : "no event");
        exit(2);
    }
    return event;
}

/* ---- The same by hand: one field, and one in each message, looked at only where observed ---- */

static unsigned bit_uid, bit_port;

static unsigned bit_of(const struct toc_object *object, const char *field) {
    return toc_object_field(object, field, strlen(field), TOC_ALL_VARIANTS)->bit;
}

static bool has(const void *object, unsigned bit) {
    return *(const uint64_t *)object >> bit & 1;
}

__attribute__((noinline)) static bool uid_by_hand(const struct toc_event *event) {
    const struct toc_proc *proc = toc_at(event, event->proc);

    return proc && has(proc, bit_uid) && proc->uid > 1000;
}

__attribute__((noinline)) static bool port_by_hand(const struct toc_event *event) {
    const struct toc_msg *msg = toc_event_msgs(event);

    for (uint32_t i = 0; i < event->msgs.n; i++, msg++) {
        const struct toc_kernel *kernel = toc_at(event, msg->kernel);
        const struct toc_addr *name = kernel ? toc_at(event, kernel->name) : NULL;

        if (name && (name->family == TOC_family_inet || name->family == TOC_family_inet6) &&
            has(name, bit_port) && name->port == 53)
            return true;
    }
    return false;
}

/* ---- Measuring ---- */

struct row {
    const char *expr;
    unsigned items;     /* the figure is per item */
    const char *figure; /* NULL: shown only */
    bool (*by_hand)(const struct toc_event *event);
    struct cel_program *program;
    double cel[ROUNDS], hand[ROUNDS];
};

static struct row rows[] = {
    {.expr = "proc.uid > 1000", .items = 1, .figure = "cel.scalar", .by_hand = uid_by_hand},
    {.expr = "proc.uid > 1000 && args.vlen > 8", .items = 1},
    {.expr = "proc.comm == \"named\"", .items = 1},
    {.expr = "msgs.exists(m, m.kernel.name.port == 53)",
     .items = MESSAGES,
     .figure = "cel.exists",
     .by_hand = port_by_hand},
    {.expr = "msgs.exists(m, m.kernel.name.port == 53 && m.enter.flags != 0)", .items = MESSAGES},
    {.expr = "msgs.all(m, m.kernel.name.ip != \"127.0.0.1\")", .items = MESSAGES},
    {.expr = "msgs.exists(m, m.kernel.name.port in [53, 123])", .items = MESSAGES},
    {.expr = "msgs.filter(m, m.kernel.name.port == 53).size() > 0", .items = MESSAGES},
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static double run_cel(const struct row *row, const struct cel_activation *activation,
                      struct toc_arena *scratch, unsigned times) {
    double start = toc_bench_now_ns();

    for (unsigned i = 0; i < times; i++) {
        struct cel_value value = cel_run(row->program, activation, scratch);

        __asm__ volatile("" : : "g"(value.kind), "g"(value.b) : "memory");
        toc_arena_reset(scratch);
    }
    return (toc_bench_now_ns() - start) / times / row->items;
}

static double run_hand(const struct row *row, const struct toc_event *event, unsigned times) {
    double start = toc_bench_now_ns();

    for (unsigned i = 0; i < times; i++) {
        bool value = row->by_hand(event);

        __asm__ volatile("" : : "g"(value) : "memory");
    }
    return (toc_bench_now_ns() - start) / times / row->items;
}

static void print_row(struct row *row) {
    double cel = toc_median(row->cel, ROUNDS),
           hand = row->by_hand ? toc_median(row->hand, ROUNDS) : 0;

    printf("%-66s %8.2f %8.2f-%.2f", row->expr, cel, row->cel[0], row->cel[ROUNDS - 1]);
    if (row->by_hand)
        printf(" %8.2f %6.1fx", hand, hand > 0 ? cel / hand : 0);
    putchar('\n');
    if (row->figure)
        toc_figure_print(
            &(struct toc_figure){row->figure, row->cel, row->hand, ROUNDS, "C by hand", NULL});
}

static void measure(const struct toc_event *event, struct toc_arena *scratch) {
    struct toc_expr_context context = {0};
    const struct cel_activation activation = {.record = event, .user = &context};
    double round_ns = toc_bench_smoke() ? 2e4 : 4e6;

    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < N_ROWS; i++) {
            struct row *row = &rows[i];
            unsigned times = (unsigned)(round_ns / 10 / row->items);

            row->cel[round] = run_cel(row, &activation, scratch, times);
            if (row->by_hand)
                row->hand[round] = run_hand(row, event, times);
        }
    }
}

static struct cel_program *compile(const char *expr) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    const struct cel_source source = {.text = expr, .n = strlen(expr), .file = "bench"};
    struct cel_program *program = NULL;
    struct cel_scope scope;

    toc_scope_init(&scope, toc_event_bit(TOC_EVENT_sendmmsg));
    if (cel_compile(&source, &scope, &cel_type_bool, &diags, &program)) {
        fprintf(stderr, "bench_cel: %s: %s\n", expr, diags.n ? diags.items[0].message : "?");
        exit(2);
    }
    return program;
}

/* What programs cost in memory, and to compile. */
static void print_compiling(void) {
    enum { N = 1000 };
    struct cel_program *programs[N];
    size_t before = mallinfo2().uordblks;
    double start = toc_bench_now_ns();

    for (unsigned i = 0; i < N; i++)
        programs[i] = compile(rows[i % N_ROWS].expr);
    printf("\ncompiling an expression: %.1f us; a program takes %zu bytes\n",
           (toc_bench_now_ns() - start) / N / 1e3, (mallinfo2().uordblks - before) / N);
    for (unsigned i = 0; i < N; i++)
        cel_program_free(&programs[i]);
}

int main(void) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    const struct toc_event *event;

    if (toc_builder_new(&builder) || toc_arena_new(1u << 20, &scratch))
        return 2;
    event = build(builder);
    bit_uid = bit_of(&toc_object_proc, "uid");
    bit_port = bit_of(&toc_object_addr, "port");
    for (size_t i = 0; i < N_ROWS; i++)
        rows[i].program = compile(rows[i].expr);
    measure(event, scratch);
    printf("ns an evaluation, or a message in a macro (%d messages, %d rounds, median)\n", MESSAGES,
           ROUNDS);
    printf("%-66s %8s %8s %12s %7s\n", "expression", "cel", "range", "C by hand", "ratio");
    for (size_t i = 0; i < N_ROWS; i++)
        print_row(&rows[i]);
    print_compiling();
    for (size_t i = 0; i < N_ROWS; i++)
        cel_program_free(&rows[i].program);
    return 0;
}
