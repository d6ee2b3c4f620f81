// Linux interfaces that Swift's Glibc module lacks: variadic calls, function-like macros, system calls without a C
// library wrapper, and declarations that need _GNU_SOURCE. Contains no logic.
//
// Every function is a wrapper named `linux_<name>` that behaves as its manual page says: -1 and errno. Everything else
// comes from the Glibc module. This header must not define _GNU_SOURCE, because the two modules would then disagree on
// the layout of shared types.

#ifndef CLINUX_H
#define CLINUX_H

#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <pty.h>
#include <termios.h>
#include <linux/magic.h>

// MARK: Namespaces

/// setns(2): moves the calling *thread* into the namespace that `fd` refers to.
int linux_setns(int fd, int type);

/// unshare(2): moves the calling *thread* into new namespaces.
int linux_unshare(int flags);

extern const int linux_CLONE_NEWNET;
extern const int linux_CLONE_NEWNS;
extern const int linux_CLONE_NEWPID;
extern const int linux_CLONE_NEWUTS;
extern const int linux_CLONE_NEWIPC;
extern const int linux_CLONE_NEWUSER;
extern const int linux_CLONE_FS;

pid_t linux_gettid(void);

/// Sets the name of the calling thread, truncated to 15 bytes.
void linux_set_thread_name(const char *name);

/// Limits the number of malloc arenas, by default eight per processor (mallopt(3)). Call it before starting threads.
void linux_limit_malloc_arenas(int count);

// MARK: Processes

int linux_pidfd_open(pid_t pid, unsigned int flags);

/// `info` is passed as NULL: the kernel fills it as kill(2) would.
int linux_pidfd_send_signal(int pidfd, int signal);

/// waitid(2) on a pid file descriptor: P_PIDFD is not in every C library's idtype_t.
int linux_waitid_pidfd(int pidfd, siginfo_t *info, int options);

// siginfo_t keeps these in a union that Swift cannot access.
int linux_siginfo_code(const siginfo_t *info);
int linux_siginfo_status(const siginfo_t *info);
pid_t linux_siginfo_pid(const siginfo_t *info);

int linux_WIFEXITED(int status);
int linux_WEXITSTATUS(int status);
int linux_WIFSIGNALED(int status);
int linux_WTERMSIG(int status);

/// keyctl(2), KEYCTL_JOIN_SESSION_KEYRING without a name: gives the calling *thread* a new, empty session keyring.
int linux_join_new_session_keyring(void);
int linux_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);

/// capset(2) for the calling thread: drops all capabilities except those in the mask (bit 0 is CAP_CHOWN).
int linux_keep_capabilities(uint64_t mask);

extern const int linux_CAP_NET_BIND_SERVICE;
extern const int linux_CAP_SYS_ADMIN;

int linux_posix_spawn_file_actions_addclosefrom(posix_spawn_file_actions_t *actions, int from);

int linux_posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *actions, const char *path);

extern const short linux_POSIX_SPAWN_SETSID;
extern const short linux_POSIX_SPAWN_SETPGROUP;
extern const short linux_POSIX_SPAWN_SETSIGDEF;
extern const short linux_POSIX_SPAWN_SETSIGMASK;

/// Whether this kernel has the x32 system calls (CONFIG_X86_X32_ABI). Probes with one of them.
int linux_has_x32(void);

/// SIGRTMAX, a macro that calls a function.
int linux_SIGRTMAX(void);

// MARK: Files

/// pipe2(2) with O_CLOEXEC and the like.
int linux_pipe2(int ends[2], int flags);

extern const int linux_O_PATH;
extern const int linux_AT_EMPTY_PATH;
extern const int linux_O_TMPFILE;

int linux_memfd_create(const char *name, unsigned int flags);

int linux_close_range(unsigned int first, unsigned int last, unsigned int flags);

/// renameat2(2): RENAME_NOREPLACE and RENAME_EXCHANGE.
int linux_renameat2(int from, const char *old, int to, const char *new_, unsigned int flags);

/// openat2(2): `resolve` takes the RESOLVE_* below. Always close-on-exec.
int linux_openat2(int folder, const char *path, int flags, mode_t mode, uint64_t resolve);

extern const uint64_t linux_RESOLVE_IN_ROOT;
extern const uint64_t linux_RESOLVE_BENEATH;
extern const uint64_t linux_RESOLVE_NO_MAGICLINKS;
extern const uint64_t linux_RESOLVE_NO_SYMLINKS;

/// syncfs(2): writes out the file system that holds `fd`.
int linux_syncfs(int fd);

unsigned int linux_major(dev_t device);
unsigned int linux_minor(dev_t device);
dev_t linux_makedev(unsigned int major_, unsigned int minor_);

// Enumerators of an anonymous enum in sys/mount.h, whose Swift type depends on the compiler.
/// A flag of statvfs(3).
extern const unsigned long linux_ST_RDONLY;
extern const unsigned long linux_MS_RDONLY;
extern const unsigned long linux_MS_NOSUID;
extern const unsigned long linux_MS_NODEV;
extern const unsigned long linux_MS_NOEXEC;
extern const unsigned long linux_MS_SYNCHRONOUS;
extern const unsigned long linux_MS_DIRSYNC;
extern const unsigned long linux_MS_MANDLOCK;
extern const unsigned long linux_MS_NOATIME;
extern const unsigned long linux_MS_NODIRATIME;
extern const unsigned long linux_MS_RELATIME;
extern const unsigned long linux_MS_STRICTATIME;
extern const unsigned long linux_MS_REMOUNT;
extern const unsigned long linux_MS_BIND;
extern const unsigned long linux_MS_REC;
extern const unsigned long linux_MS_PRIVATE;
extern const unsigned long linux_MS_SLAVE;
extern const unsigned long linux_MS_SHARED;
extern const int linux_MNT_DETACH;
extern const int linux_UMOUNT_NOFOLLOW;

// MARK: Terminals and ioctl

int linux_ioctl_int(int fd, unsigned long request, int value);
int linux_ioctl_pointer(int fd, unsigned long request, void *value);

extern const unsigned long linux_TIOCGWINSZ;
extern const unsigned long linux_TIOCSWINSZ;
extern const unsigned long linux_TIOCSCTTY;
extern const unsigned long linux_FIONREAD;

// MARK: Sockets

/// `struct mmsghdr`, for the two calls below.
struct linux_mmsghdr {
  struct msghdr msg_hdr;
  unsigned int msg_len;
};

/// `struct in6_pktinfo` (RFC 3542).
struct linux_in6_pktinfo {
  struct in6_addr ipi6_addr;
  unsigned int ipi6_ifindex;
};

int linux_recvmmsg(int fd, struct linux_mmsghdr *messages, unsigned int count, int flags);

int linux_sendmmsg(int fd, struct linux_mmsghdr *messages, unsigned int count, int flags);

int linux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

// SOCK_* are enumerators of a named enum in glibc, which Swift does not convert to Int32.
extern const int linux_SOCK_STREAM;
extern const int linux_SOCK_DGRAM;
extern const int linux_SOCK_SEQPACKET;
extern const int linux_SOCK_RAW;
extern const int linux_SOCK_CLOEXEC;
extern const int linux_SOCK_NONBLOCK;

extern const int linux_MSG_TRUNC;
extern const int linux_MSG_DONTWAIT;
extern const int linux_MSG_NOSIGNAL;

extern const int linux_IP_PKTINFO;
extern const int linux_IP_RECVORIGDSTADDR;
extern const int linux_IP_TRANSPARENT;
extern const int linux_IP_FREEBIND;
extern const int linux_IPV6_PKTINFO;
extern const int linux_IPV6_RECVPKTINFO;
extern const int linux_IPV6_FREEBIND;
extern const int linux_SO_ORIGINAL_DST;
extern const int linux_SO_PEERCRED;
extern const int linux_SCM_RIGHTS;

/// `struct ucred`, which glibc declares only with _GNU_SOURCE.
struct linux_ucred {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

// cmsg(3)
size_t linux_CMSG_SPACE(size_t length);
size_t linux_CMSG_LEN(size_t length);
struct cmsghdr *linux_CMSG_FIRSTHDR(struct msghdr *message);
struct cmsghdr *linux_CMSG_NXTHDR(struct msghdr *message, struct cmsghdr *control);
void *linux_CMSG_DATA(struct cmsghdr *control);

#endif
