// SPDX-License-Identifier: Apache-2.0
// Calls that move one message, by each convention.
#include "single.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

const struct number sendmsg_number = {370, 16, SYS_sendmsg};
const struct number recvmsg_number = {372, 17, SYS_recvmsg};
const struct number sendto_number = {369, 11, SYS_sendto};
const struct number recvfrom_number = {371, 12, SYS_recvfrom};
const struct number send_number = {369, 9, SYS_sendto};
const struct number recv_number = {371, 10, SYS_recvfrom};

long call_single(enum convention convention, const struct number *number, const uintptr_t args[6]) {
    uint32_t words[6];
    long ret;

    for (int i = 0; i < 6; i++)
        words[i] = (uint32_t)args[i];
    if (convention == INT80)
        return call_int80(number->int80, args);
    if (convention == SOCKETCALL)
        return call_socketcall(number->inside, words, 6);
    ret = syscall(number->native, args[0], args[1], args[2], args[3], args[4], args[5]);
    return ret < 0 ? -errno : ret;
}
