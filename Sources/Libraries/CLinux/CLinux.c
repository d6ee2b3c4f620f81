// See CLinux.h. Only this file defines _GNU_SOURCE.
#define _GNU_SOURCE 1

#include "CLinux.h"

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <linux/openat2.h>

_Static_assert(sizeof(struct linux_mmsghdr) == sizeof(struct mmsghdr), "same layout");
_Static_assert(sizeof(struct linux_in6_pktinfo) == sizeof(struct in6_pktinfo), "same layout");
_Static_assert(sizeof(struct linux_ucred) == sizeof(struct ucred), "same layout");

const int linux_CAP_NET_BIND_SERVICE = CAP_NET_BIND_SERVICE;
const int linux_CAP_SYS_ADMIN = CAP_SYS_ADMIN;
const int linux_CLONE_NEWNET = CLONE_NEWNET;
const int linux_CLONE_NEWNS = CLONE_NEWNS;
const int linux_CLONE_NEWPID = CLONE_NEWPID;
const int linux_CLONE_NEWUTS = CLONE_NEWUTS;
const int linux_CLONE_NEWIPC = CLONE_NEWIPC;
const int linux_CLONE_NEWUSER = CLONE_NEWUSER;
const int linux_CLONE_FS = CLONE_FS;
const short linux_POSIX_SPAWN_SETSID = POSIX_SPAWN_SETSID;
const short linux_POSIX_SPAWN_SETPGROUP = POSIX_SPAWN_SETPGROUP;
const short linux_POSIX_SPAWN_SETSIGDEF = POSIX_SPAWN_SETSIGDEF;
const short linux_POSIX_SPAWN_SETSIGMASK = POSIX_SPAWN_SETSIGMASK;
const unsigned long linux_ST_RDONLY = ST_RDONLY;
const unsigned long linux_MS_RDONLY = MS_RDONLY;
const unsigned long linux_MS_NOSUID = MS_NOSUID;
const unsigned long linux_MS_NODEV = MS_NODEV;
const unsigned long linux_MS_NOEXEC = MS_NOEXEC;
const unsigned long linux_MS_SYNCHRONOUS = MS_SYNCHRONOUS;
const unsigned long linux_MS_DIRSYNC = MS_DIRSYNC;
const unsigned long linux_MS_MANDLOCK = MS_MANDLOCK;
const unsigned long linux_MS_NOATIME = MS_NOATIME;
const unsigned long linux_MS_NODIRATIME = MS_NODIRATIME;
const unsigned long linux_MS_RELATIME = MS_RELATIME;
const unsigned long linux_MS_STRICTATIME = MS_STRICTATIME;
const unsigned long linux_MS_REMOUNT = MS_REMOUNT;
const unsigned long linux_MS_BIND = MS_BIND;
const unsigned long linux_MS_REC = MS_REC;
const unsigned long linux_MS_PRIVATE = MS_PRIVATE;
const unsigned long linux_MS_SLAVE = MS_SLAVE;
const unsigned long linux_MS_SHARED = MS_SHARED;
const int linux_MNT_DETACH = MNT_DETACH;
const int linux_UMOUNT_NOFOLLOW = UMOUNT_NOFOLLOW;
const unsigned long linux_TIOCGWINSZ = TIOCGWINSZ;
const unsigned long linux_TIOCSWINSZ = TIOCSWINSZ;
const unsigned long linux_TIOCSCTTY = TIOCSCTTY;
const unsigned long linux_FIONREAD = FIONREAD;
const int linux_SOCK_STREAM = SOCK_STREAM;
const int linux_SOCK_DGRAM = SOCK_DGRAM;
const int linux_SOCK_SEQPACKET = SOCK_SEQPACKET;
const int linux_SOCK_RAW = SOCK_RAW;
const int linux_SOCK_CLOEXEC = SOCK_CLOEXEC;
const int linux_SOCK_NONBLOCK = SOCK_NONBLOCK;
const int linux_MSG_TRUNC = MSG_TRUNC;
const int linux_MSG_DONTWAIT = MSG_DONTWAIT;
const int linux_MSG_NOSIGNAL = MSG_NOSIGNAL;
const int linux_IP_PKTINFO = IP_PKTINFO;
const int linux_IP_RECVORIGDSTADDR = IP_RECVORIGDSTADDR;
const int linux_IP_TRANSPARENT = IP_TRANSPARENT;
const int linux_IP_FREEBIND = IP_FREEBIND;
const int linux_IPV6_PKTINFO = IPV6_PKTINFO;
const int linux_IPV6_RECVPKTINFO = IPV6_RECVPKTINFO;
const int linux_IPV6_FREEBIND = IPV6_FREEBIND;
const int linux_SO_ORIGINAL_DST = 80;
const int linux_SO_PEERCRED = SO_PEERCRED;
const int linux_SCM_RIGHTS = SCM_RIGHTS;
const int linux_O_PATH = O_PATH;
const int linux_AT_EMPTY_PATH = AT_EMPTY_PATH;
const int linux_O_TMPFILE = O_TMPFILE;

int linux_pipe2(int ends[2], int flags) { return pipe2(ends, flags); }
int linux_setns(int fd, int type) { return setns(fd, type); }
int linux_unshare(int flags) { return unshare(flags); }
pid_t linux_gettid(void) { return (pid_t)syscall(SYS_gettid); }
void linux_limit_malloc_arenas(int count) { mallopt(M_ARENA_MAX, count); }

void linux_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
int linux_pidfd_open(pid_t pid, unsigned int flags) {
  return (int)syscall(SYS_pidfd_open, pid, flags);
}
int linux_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
int linux_waitid_pidfd(int pidfd, siginfo_t *info, int options) {
  return waitid((idtype_t)3, (id_t)pidfd, info, options);
}
int linux_siginfo_code(const siginfo_t *info) { return info->si_code; }
int linux_siginfo_status(const siginfo_t *info) { return info->si_status; }
pid_t linux_siginfo_pid(const siginfo_t *info) { return info->si_pid; }
int linux_WIFEXITED(int status) { return WIFEXITED(status); }
int linux_WEXITSTATUS(int status) { return WEXITSTATUS(status); }
int linux_WIFSIGNALED(int status) { return WIFSIGNALED(status); }
int linux_WTERMSIG(int status) { return WTERMSIG(status); }
int linux_join_new_session_keyring(void) {
  return (int)syscall(SYS_keyctl, 1L /* KEYCTL_JOIN_SESSION_KEYRING */, 0L);
}

int linux_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  return prctl(option, a, b, c, d);
}
int linux_posix_spawn_file_actions_addclosefrom(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
int linux_posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}
int linux_has_x32(void) {
#if defined(__x86_64__)
  return syscall(0x40000000L + SYS_getpid) != -1;
#else
  return 0;
#endif
}
int linux_SIGRTMAX(void) { return SIGRTMAX; }
int linux_memfd_create(const char *name, unsigned int flags) { return memfd_create(name, flags); }
int linux_close_range(unsigned int first, unsigned int last, unsigned int flags) {
  return (int)syscall(SYS_close_range, first, last, flags);
}
int linux_renameat2(int from, const char *old, int to, const char *new_, unsigned int flags) {
  return renameat2(from, old, to, new_, flags);
}
const uint64_t linux_RESOLVE_IN_ROOT = RESOLVE_IN_ROOT;
const uint64_t linux_RESOLVE_BENEATH = RESOLVE_BENEATH;
const uint64_t linux_RESOLVE_NO_MAGICLINKS = RESOLVE_NO_MAGICLINKS;
const uint64_t linux_RESOLVE_NO_SYMLINKS = RESOLVE_NO_SYMLINKS;
int linux_openat2(int folder, const char *path, int flags, mode_t mode, uint64_t resolve) {
  struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC), .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}
int linux_syncfs(int fd) { return syncfs(fd); }
unsigned int linux_major(dev_t device) { return major(device); }
unsigned int linux_minor(dev_t device) { return minor(device); }
dev_t linux_makedev(unsigned int major_, unsigned int minor_) { return makedev(major_, minor_); }
int linux_ioctl_int(int fd, unsigned long request, int value) { return ioctl(fd, request, value); }
int linux_ioctl_pointer(int fd, unsigned long request, void *value) { return ioctl(fd, request, value); }
int linux_recvmmsg(int fd, struct linux_mmsghdr *messages, unsigned int count, int flags) {
  return recvmmsg(fd, (struct mmsghdr *)messages, count, flags, NULL);
}
int linux_sendmmsg(int fd, struct linux_mmsghdr *messages, unsigned int count, int flags) {
  return sendmmsg(fd, (struct mmsghdr *)messages, count, flags);
}
int linux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  return accept4(fd, address, length, flags);
}
size_t linux_CMSG_SPACE(size_t length) { return CMSG_SPACE(length); }
size_t linux_CMSG_LEN(size_t length) { return CMSG_LEN(length); }
struct cmsghdr *linux_CMSG_FIRSTHDR(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
struct cmsghdr *linux_CMSG_NXTHDR(struct msghdr *message, struct cmsghdr *control) {
  return CMSG_NXTHDR(message, control);
}
void *linux_CMSG_DATA(struct cmsghdr *control) { return CMSG_DATA(control); }
int linux_keep_capabilities(uint64_t mask) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {
      {(uint32_t)mask, (uint32_t)mask, 0}, {(uint32_t)(mask >> 32), (uint32_t)(mask >> 32), 0}};
  return (int)syscall(SYS_capset, &header, data);
}
