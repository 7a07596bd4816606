// SPDX-License-Identifier: Apache-2.0
// Sockets on loopback, and memory with special manners: cold, or served by the program itself.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "attack.h"

void must(bool ok, const char *what) {
    if (ok)
        return;
    perror(what);
    exit(EXIT_FAILURE);
}

void need(bool ok, const char *what) {
    if (ok)
        return;
    perror(what);
    exit(77);
}

static bool is_blocked(void) {
    char line[512], path[64];
    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)getpid());
    FILE *stat = fopen(path, "re");
    bool is = stat && fgets(line, sizeof(line), stat) && !strncmp(strrchr(line, ')'), ") S", 3);
    if (stat)
        fclose(stat);
    return is;
}

void until_blocked(void) {
    while (!is_blocked())
        usleep(100);
}

int udp_socket(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    must(fd >= 0, "socket");
    return fd;
}

int receiver(struct sockaddr_in *ret_addr, const char *ip) {
    int fd = udp_socket();
    *ret_addr = (struct sockaddr_in){.sin_family = AF_INET};
    inet_pton(AF_INET, ip, &ret_addr->sin_addr);
    socklen_t len = sizeof(*ret_addr);
    must(!bind(fd, (struct sockaddr *)ret_addr, len), "bind");
    must(!getsockname(fd, (struct sockaddr *)ret_addr, &len), "getsockname");
    return fd;
}

static int take(int fd, int most, int flags) {
    char buf[PAGE];
    int n = 0;
    while (n < most) {
        ssize_t got = recv(fd, buf, sizeof(buf), flags);
        if (got < 0 && errno != EINTR)
            break;
        n += got >= 0;
    }
    return n;
}

int drain_now(int fd) {
    return take(fd, INT_MAX, MSG_DONTWAIT);
}

static int take_within(int fd, int most, struct timeval patience) {
    must(!setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), "setsockopt");
    return take(fd, most, 0);
}

int drain(int fd, int n) {
    int came = take_within(fd, n, (struct timeval){.tv_sec = 10});
    return came + take_within(fd, INT_MAX, (struct timeval){.tv_usec = 50000});
}

bool delivers(int fd, int n) {
    return drain(fd, n) == n;
}

void *low_pages(size_t size) {
    int low = sizeof(void *) == 8 ? MAP_32BIT : 0;
    void *p = mmap(NULL, (size + PAGE - 1) / PAGE * PAGE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | low, -1, 0);
    must(p != MAP_FAILED, "mmap");
    return p;
}

void *file_page(const void *bytes, size_t n) {
    char path[] = "/var/tmp/tocsin-attack-XXXXXX";
    int fd = mkstemp(path);
    must(fd >= 0 && !unlink(path) && !ftruncate(fd, PAGE), path);
    must(pwrite(fd, bytes, n, 0) == (ssize_t)n, "pwrite");
    int low = sizeof(void *) == 8 ? MAP_32BIT : 0;
    void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | low, fd, 0);
    must(p != MAP_FAILED, "mmap");
    close(fd);
    return p;
}

static struct {
    int uffd;
    unsigned n;
    pthread_t thread;
    void (*then)(void *arg, unsigned page);
    void *arg;
} server;

static void *serve(void *unused) {
    (void)unused;
    static char zeros[PAGE] __attribute__((aligned(4096)));
    for (unsigned page = 0; page < server.n; page++) {
        struct uffd_msg fault;
        if (read(server.uffd, &fault, sizeof(fault)) != sizeof(fault))
            return NULL;
        server.then(server.arg, page);
        struct uffdio_copy copy = {.dst = fault.arg.pagefault.address & ~(uint64_t)(PAGE - 1),
                                   .src = (uintptr_t)zeros,
                                   .len = PAGE};
        ioctl(server.uffd, UFFDIO_COPY, &copy);
    }
    return NULL;
}

void *served_pages(unsigned n, void (*then)(void *arg, unsigned page), void *arg) {
    server.uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    must(server.uffd >= 0, "userfaultfd");
    server.n = n;
    server.then = then;
    server.arg = arg;
    struct uffdio_api api = {.api = UFFD_API};
    void *pages = low_pages(n * PAGE);
    struct uffdio_register reg = {.range = {(uintptr_t)pages, n * PAGE},
                                  .mode = UFFDIO_REGISTER_MODE_MISSING};
    must(!ioctl(server.uffd, UFFDIO_API, &api), "UFFDIO_API");
    must(!ioctl(server.uffd, UFFDIO_REGISTER, &reg), "UFFDIO_REGISTER");
    must(!pthread_create(&server.thread, NULL, serve, NULL), "pthread_create");
    return pages;
}

void served_pages_join(void) {
    pthread_join(server.thread, NULL);
    close(server.uffd);
}
