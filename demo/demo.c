// SPDX-License-Identifier: Apache-2.0
// A small program for a monitor to watch: it sends a batch honestly, then cheats on loopback.
//
// The cheat needs no race to win. The kernel reads each entry of a batch only when its turn comes.
// The first entry's payload lies on a page that this program serves by itself (userfaultfd): the
// kernel waits for it, and meanwhile a second thread writes another address into the second entry.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define ENTRIES 3

static struct sockaddr_in shown, other;
static struct mmsghdr batch[ENTRIES];
static struct sockaddr_in names[ENTRIES];
static struct iovec iovs[ENTRIES];
static char hello[] = "hello, world";

static void must(int ok, const char *what) {
    if (ok)
        return;
    perror(what);
    exit(EXIT_FAILURE);
}

static int receiver(struct sockaddr_in *ret_addr, const char *ip) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    *ret_addr = (struct sockaddr_in){.sin_family = AF_INET};
    inet_pton(AF_INET, ip, &ret_addr->sin_addr);
    socklen_t len = sizeof(*ret_addr);
    must(fd >= 0 && !bind(fd, (struct sockaddr *)ret_addr, len), "bind");
    must(!getsockname(fd, (struct sockaddr *)ret_addr, &len), "getsockname");
    return fd;
}

static void fill_batch(void *first_payload, size_t n) {
    for (int i = 0; i < ENTRIES; i++) {
        names[i] = shown;
        iovs[i] = (struct iovec){i ? hello : first_payload, i ? sizeof(hello) - 1 : n};
        batch[i].msg_hdr = (struct msghdr){.msg_name = &names[i],
                                           .msg_namelen = sizeof(names[i]),
                                           .msg_iov = &iovs[i],
                                           .msg_iovlen = 1};
    }
}

static int waiting(int fd) {
    char buf[PAGE];
    int n = 0;
    while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
        n++;
    return n;
}

/* Holds the kernel at the first payload, rewrites the second entry, lets the kernel go on. */
static void *rewrite(void *arg) {
    int uffd = *(int *)arg;
    struct uffd_msg fault;
    if (read(uffd, &fault, sizeof(fault)) != sizeof(fault))
        return NULL;
    names[1] = other;
    static char page[PAGE] __attribute__((aligned(PAGE))) = "held back";
    struct uffdio_copy copy = {.dst = fault.arg.pagefault.address & ~(PAGE - 1ULL),
                               .src = (unsigned long)page,
                               .len = PAGE};
    ioctl(uffd, UFFDIO_COPY, &copy);
    return NULL;
}

static void *served_page(int *ret_uffd) {
    *ret_uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    must(*ret_uffd >= 0, "userfaultfd");
    struct uffdio_api api = {.api = UFFD_API};
    void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register reg = {.range = {(unsigned long)page, PAGE},
                                  .mode = UFFDIO_REGISTER_MODE_MISSING};
    must(page != MAP_FAILED && !ioctl(*ret_uffd, UFFDIO_API, &api) &&
             !ioctl(*ret_uffd, UFFDIO_REGISTER, &reg),
         "userfaultfd");
    return page;
}

int main(void) {
    int at_shown = receiver(&shown, "127.0.0.1");
    int at_other = receiver(&other, "127.0.0.2");
    int sender = socket(AF_INET, SOCK_DGRAM, 0);
    must(sender >= 0, "socket");

    printf("1. An honest batch: three messages to 127.0.0.1.\n");
    fill_batch(hello, sizeof(hello) - 1);
    must(sendmmsg(sender, batch, ENTRIES, 0) == ENTRIES, "sendmmsg");
    printf("   127.0.0.1 got %d, 127.0.0.2 got %d.\n", waiting(at_shown), waiting(at_other));

    printf(
        "2. The same batch again. While the kernel waits for the first message, a second thread\n"
        "   writes 127.0.0.2 into the second one.\n");
    int uffd;
    fill_batch(served_page(&uffd), 16);
    pthread_t thread;
    must(!pthread_create(&thread, NULL, rewrite, &uffd), "pthread_create");
    must(sendmmsg(sender, batch, ENTRIES, 0) == ENTRIES, "sendmmsg");
    pthread_join(thread, NULL);
    printf("   127.0.0.1 got %d, 127.0.0.2 got %d.\n", waiting(at_shown), waiting(at_other));
    return 0;
}
