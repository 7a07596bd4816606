// SPDX-License-Identifier: Apache-2.0
// Container ids in cgroup paths.
#include <criterion/criterion.h>
#include <stdlib.h>

#include "source/cgroup.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Test(cgroup, the_container_is_the_last_run_of_64_digits) {
    static const char *const rows[][2] = {
        {"/", ""},
        {"/user.slice", ""},
        {"/docker/" ID, ID},
        {"/system.slice/docker-" ID ".scope", ID},
        {"/kubepods/besteffort/pod7b/cri-containerd-" ID ".scope/init", ID},
        {"/docker/" ID "0", ""},
        {"/docker/0123456789abcdef", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *id = toc_cgroup_container(rows[i][0]);

        cr_expect_str_eq(id, rows[i][1], "%s", rows[i][0]);
        free(id);
    }
}
