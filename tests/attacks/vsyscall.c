// SPDX-License-Identifier: Apache-2.0
// vsyscall: sends and receives by __kernel_vsyscall, the way of 32-bit programs into the kernel
// that AT_SYSINFO names (sysenter, or AMD's 32-bit syscall), then the same by int 0x80. The first
// has one register less for arguments: the sixth is on the stack. Prints which instruction it is,
// and the sixth argument of a receive.

#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include "single.h"

long call_entry(uintptr_t entry, long nr, const uintptr_t args[6]);
__asm__(".text\n"
        "call_entry:\n"
        "  push %ebp\n"
        "  push %ebx\n"
        "  push %esi\n"
        "  push %edi\n"
        "  mov 24(%esp), %eax\n"
        "  mov 28(%esp), %ebp\n"
        "  mov 0(%ebp), %ebx\n"
        "  mov 4(%ebp), %ecx\n"
        "  mov 8(%ebp), %edx\n"
        "  mov 12(%ebp), %esi\n"
        "  mov 16(%ebp), %edi\n"
        "  mov 20(%ebp), %ebp\n"
        "  call *20(%esp)\n"
        "  pop %edi\n"
        "  pop %esi\n"
        "  pop %ebx\n"
        "  pop %ebp\n"
        "  ret\n");

static const char *instruction(uintptr_t entry) {
    static const struct {
        const char *name, *bytes;
    } known[] = {{"sysenter", "\x0f\x34"}, {"syscall", "\x0f\x05"}, {"int80", "\xcd\x80"}};

    for (int i = 0; i < 16; i++)
        for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
            if (!memcmp((const char *)entry + i, known[k].bytes, 2))
                return known[k].name;
    return "unknown";
}

static long call(uintptr_t entry, const struct number *number, const uintptr_t args[6]) {
    return entry ? call_entry(entry, number->int80, args) : call_single(INT80, number, args);
}

static char buffer[8] = "sixth";
static struct sockaddr_in to, from;
static socklen_t from_len;

static void send_and_receive(uintptr_t entry, int sender, int at) {
    const uintptr_t send[] = {(uintptr_t)sender, (uintptr_t)buffer, 5, 0,
                              (uintptr_t)&to,    sizeof(to)};
    const uintptr_t receive[] = {(uintptr_t)at,    (uintptr_t)buffer,   sizeof(buffer), 0,
                                 (uintptr_t)&from, (uintptr_t)&from_len};

    from_len = sizeof(from);
    must(call(entry, &sendto_number, send) == 5, "send");
    must(call(entry, &recvfrom_number, receive) == 5, "receive");
    must(from_len == sizeof(from), "sender");
}

int main(void) {
    int at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    uintptr_t entry = getauxval(AT_SYSINFO);

    need(entry != 0, "AT_SYSINFO");
    printf("%s %#lx\n", instruction(entry), (unsigned long)(uintptr_t)&from_len);
    send_and_receive(entry, sender, at);
    send_and_receive(0, sender, at);
    return 0;
}
