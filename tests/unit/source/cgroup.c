// SPDX-License-Identifier: Apache-2.0
// Container ids in cgroup paths.
#include <criterion/criterion.h>
#include <stdlib.h>

#include "source/cgroup.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Test(cgroup, the_container_is_digits_or_a_name) {
    static const char *const rows[][2] = {
        {"/", ""},
        {"/user.slice", ""},
        {"/docker/" ID, ID},
        {"/system.slice/docker-" ID ".scope", ID},
        {"/kubepods/besteffort/pod7b/cri-containerd-" ID ".scope/init", ID},
        {"/machine.slice/libpod-" ID ".scope/container", ID},
        {"/machine.slice/libpod-conmon-" ID ".scope", ""},
        {"/kubepods.slice/kubepods-pod7b.slice/crio-" ID ".scope", ID},
        {"/kubepods.slice/kubepods-pod7b.slice/crio-conmon-" ID ".scope", ""},
        {"/system.slice/containerd.service/kubepods-pod7b.slice:cri-containerd:" ID, ID},
        {"/ecs/task/" ID, ID},
        {"/machine.slice/machine-deb\\x2d12.scope/payload", "deb\\x2d12"},
        {"/machine.slice/systemd-nspawn@web.service/payload/system.slice", "web"},
        {"/lxc.payload.web/init.scope", "web"},
        {"/lxc.payload/web", "web"},
        {"/lxc/web/user.slice", "web"},
        {"/lxc.monitor.web", ""},
        {"/lxc/", ""},
        {"/machine.slice/machine-.scope", ""},
        {"/docker/" ID "0", ""},
        {"/docker/0123456789abcdef", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *id = toc_cgroup_container(rows[i][0]);

        cr_expect_str_eq(id, rows[i][1], "%s", rows[i][0]);
        free(id);
    }
}
