// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The kernel's types as far as the programs read them; offsets are relocated when they are loaded.
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#ifndef bool
#define bool _Bool
#define true 1
#define false 0
#endif

#include "vmlinux_machine.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
    unsigned int inum;
};

struct net {
    struct ns_common ns;
};

struct pid_namespace {
    struct ns_common ns;
};

struct upid {
    int nr;
    struct pid_namespace *ns;
};

struct pid {
    unsigned int level;
    struct upid numbers[1];
};

struct inode {
    unsigned short i_mode;
    unsigned long i_ino;
};

struct qstr {
    const unsigned char *name;
};

struct hlist_bl_node {
    struct hlist_bl_node *next;
    struct hlist_bl_node **pprev;
};

struct dentry {
    struct hlist_bl_node d_hash;
    struct dentry *d_parent;
    struct qstr d_name;
};

struct vfsmount {
    struct dentry *mnt_root;
};

struct mount {
    struct mount *mnt_parent;
    struct dentry *mnt_mountpoint;
    struct vfsmount mnt;
};

struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
};

struct file {
    void *private_data;
    struct inode *f_inode;
    struct path f_path;
};

struct fdtable {
    unsigned int max_fds;
    struct file **fd;
};

struct files_struct {
    struct fdtable *fdt;
};

typedef struct {
    unsigned long flags;
} mm_context_t;

struct mm_struct {
    struct file *exe_file;
    mm_context_t context;
};

typedef struct {
    int counter;
} atomic_t;

typedef struct {
    s64 counter;
} atomic64_t;

struct signal_struct {
    atomic_t live;
};

struct cred {
    struct {
        u32 val;
    } uid, gid;
};

struct task_struct {
    struct thread_info thread_info;
    unsigned int flags;
    unsigned int ptrace;
    int pid;
    int tgid;
    struct task_struct *real_parent;
    struct task_struct *group_leader;
    struct pid *thread_pid;
    u64 start_boottime;
    u64 self_exec_id;
    struct mm_struct *mm;
    struct files_struct *files;
    struct signal_struct *signal;
    void *io_uring; /* NULL: it never used one */
    void *worker_private;
    const struct cred *cred;
    char comm[16];
};

struct seq_file;

struct bpf_iter_meta {
    struct seq_file *seq;
};

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
};

struct in6_addr {
    u8 s6_addr[16];
};

typedef struct {
    struct net *net;
} possible_net_t;

struct sock_common {
    u32 skc_daddr;
    u32 skc_rcv_saddr;
    u16 skc_dport;
    u16 skc_num;
    unsigned short skc_family;
    possible_net_t skc_net;
    struct in6_addr skc_v6_daddr;
    struct in6_addr skc_v6_rcv_saddr;
    atomic64_t skc_cookie;
};

struct sock {
    struct sock_common __sk_common;
    struct socket *sk_socket;
    u16 sk_type;
    u16 sk_protocol;
};

struct socket {
    struct file *file; /* NULL: the kernel's own */
    struct sock *sk;
};

struct iov_iter {
    u8 iter_type;
    u64 count;
    const void *__iov; /* of ITER_IOVEC: struct toc_wire_seg has the layout */
    void *ubuf;        /* of ITER_UBUF */
    unsigned long nr_segs;
};

/* Before Linux 6.4. */
struct iov_iter___named_iov {
    const void *iov;
};

/* Before Linux 5.14: with the direction in bit 0. */
struct iov_iter___typed {
    unsigned int type;
};

enum iter_type { ITER_UBUF, ITER_IOVEC };

struct msghdr {
    void *msg_name;
    int msg_namelen;
    struct iov_iter msg_iter;
    void *msg_control;
    unsigned int msg_flags;
    unsigned long msg_controllen;
};

struct msghdr___named_iov {
    struct iov_iter___named_iov msg_iter;
};

struct msghdr___typed {
    struct iov_iter___typed msg_iter;
};

struct sockaddr_un {
    u16 sun_family;
    char sun_path[108];
};

struct bpf_sock_addr_kern {
    void *uaddr;
    u32 uaddrlen;
};

struct udp_sock {
    u16 gso_size;
};

struct unix_address {
    int len;
    struct sockaddr_un name[1];
};

struct unix_sock {
    struct unix_address *addr;
    struct sock *peer;
};

struct netlink_sock {
    u32 portid;
    u32 dst_portid;
    u32 dst_group;
};

#pragma clang attribute pop

/* User memory: layouts that never change, hence no relocation. */

struct user_mmsghdr {
    u64 name;
    s32 name_len;
    u32 pad;
    u64 iov;
    u64 iov_count;
    u64 control;
    u64 control_len;
    u32 flags;
    u32 pad2;
    u32 len;
    u32 pad3;
};

struct user_mmsghdr32 {
    u32 name;
    s32 name_len;
    u32 iov;
    u32 iov_count;
    u32 control;
    u32 control_len;
    u32 flags;
    u32 len;
};

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define IPPROTO_UDP 17

#define SOCK_DGRAM 2

#define S_IFMT 0170000
#define S_IFSOCK 0140000

#define EFAULT 14
#define EINPROGRESS 115
#define MM_CONTEXT_32 0 /* bit; set by exec of a 32-bit program, on x86 and on arm64 */
#define PF_KTHREAD 0x00200000
#define PF_IO_WORKER 0x00000010
#define ENOSYS 38
#define PROC_PID_INIT_INO 0xEFFFFFFCu
