// SPDX-License-Identifier: Apache-2.0
// Runs the registered cases one after the other, each in a child as Criterion does.
#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

static struct plain_case *cases;
static int failures;

void plain_register(struct plain_case *one) {
    one->next = cases;
    cases = one;
}

void plain_failed(const char *file, int line, const char *what) {
    failures++;
    fprintf(stderr, "%s:%d: %s", file, line, what);
}

static const struct plain_case *suite_of(const struct plain_case *one) {
    static const struct plain_case none;

    for (const struct plain_case *suite = cases; suite; suite = suite->next)
        if (!suite->run && strcmp(suite->suite, one->suite) == 0)
            return suite;
    return &none;
}

static void call(void (*function)(void)) {
    if (function)
        function();
}

static void run_in_child(const struct plain_case *one) {
    const struct plain_case *suite = suite_of(one);

    call(suite->init);
    call(one->init);
    one->run();
    call(one->fini);
    call(suite->fini);
    exit(failures ? 1 : 0);
}

static int run_case(const struct plain_case *one) {
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        run_in_child(one);
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "failed: %s/%s\n", one->suite, one->name);
        return 1;
    }
    return 0;
}

int main(void) {
    int count = 0, failed = 0;

    for (const struct plain_case *one = cases; one; one = one->next) {
        if (!one->run)
            continue;
        failed += run_case(one);
        count++;
    }
    printf("%d cases, %d failed\n", count, failed);
    return failed || !count ? 1 : 0;
}
